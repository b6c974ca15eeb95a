#!/bin/bash
# SPDX-License-Identifier: ISC
# Where a question in the vault gets a no or no answer, the person at git's terminal, or ssh's, is told that it was a
# question; a rule's refusal is not called one.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/git.sh"

git_person
commit='git commit -q -S --allow-empty -m signed'
words="the question there got a no, or no answer in time; its record says why: 'qssh-vault log' there"

# The third commit of a burst.
witness
askpass <<'EOP'
sleep 1
exit 1
EOP
rules <<'EOR'
allow ssh-client for git rate 2/1m
ask ssh-client for login timeout 2s
deny ssh-client
EOR
for _ in 1 2; do
	typed "$commit"
	expect 0
	seen 0
done
typed "$commit"
expect 128
seen 1 "the default vault refused the request after . seconds*: $words"

# The same at once is refused without a question.
typed "$commit"
expect 128
seen 1 'the default vault refused the request; its record says why'

askpass <<<'sleep 10'
typed 'ssh -o BatchMode=yes remote@host true'
expect 255 "the default vault refused the request after 2 seconds: $words"
