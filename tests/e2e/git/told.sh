#!/bin/bash
# SPDX-License-Identifier: ISC
# What git signs and is refused, by dom0 or by a rule in the vault, is explained once on the terminal, though git takes
# ssh-keygen's words into a pipe.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"
. "$(dirname "$0")/../../lib/git.sh"

git_person
project commit -q --allow-empty -m second
client git init -q --bare taker
client git -C taker config receive.certNonceSeed seed

# What a person types, and what git ends with.
commands=(
	'git commit -q -S --allow-empty -m signed'
	'git tag -s -m tag v1'
	'git rebase -q HEAD^ --exec "git commit -q --amend --allow-empty --no-edit -S"'
	'git rebase -q -f -S HEAD^'
	'git push -q --signed ../taker main'
)

refused()
{
	local command
	for command in "${commands[@]}"; do
		typed "$command"
		seen 1 "$1"
		expect "$status" error:
		project rebase --abort 2>/dev/null || true
		# git 2.39 goes on with a tag that is not signed.
		project verify-tag v1 2>/dev/null && fail "the tag is signed"
		project tag -d v1 >/dev/null 2>&1 || true
	done
}

policy </dev/null
refused 'dom0 refused the call to the default vault'

policy <<<'qubes.SshAgent + ssh-client @default allow target=vault'
rules <<'EOR'
deny ssh-client for git
allow ssh-client
EOR
refused 'the default vault refused'

rules <<<'allow ssh-client'
for command in "${commands[@]}"; do
	typed "$command"
	expect 0
	seen 0
done
