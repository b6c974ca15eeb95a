#!/bin/bash
# SPDX-License-Identifier: ISC
# However much a filter that was taken over appends to its client's record, nothing that stood there before is hidden:
# every verb reads it, in a time that a person waits, and log --verify tells.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
run client ssh remote@host true
expect 0
signatures=/home/vault/.local/state/qssh/record/ssh-client/signatures
cp -a $signatures /run/world/whole

# Reads all, within a time.
all_verbs()
{
	local verb
	for verb in log 'log --json' 'log --verify' suggest status doctor 'allow ffffff.1'; do
		# shellcheck disable=SC2086
		run vault timeout 30 qssh-vault $verb
		[ "$status" -lt 124 ] || fail "$verb: status $status"
	done
	run vault qssh-vault log
	expect 0 'event=sign verdict=allow' 'client=ssh-client event=damaged'
	run vault qssh-vault log --verify
	expect 1 "$@"
	run vault qssh-vault suggest
	expect 0 'allow ssh-client '
}

# A line of 1 MiB, with an end and without.
head -c 1048576 /dev/zero | tr '\0' x >>$signatures
all_verbs ':3: this line is longer than any that qssh writes'
echo >>$signatures
all_verbs ':3: this line is longer than any that qssh writes'
run vault script -qefc 'qssh-vault log' /dev/null </dev/null
expect 0 ' damaged  a line that qssh did not write: "xxxxxxxx'
[ "${#output}" -lt 4000 ] || fail "a long line is shown whole"

# More than a reader once took of a file, in many short lines, of zeroes, and of lines that could be ours.
cp -a /run/world/whole $signatures
head -c 20000000 <(yes) >>$signatures
all_verbs 'broken in '
run vault qssh-vault log
[ "${#output}" -lt 4000 ] || fail "lines that are damaged are not counted together"
cp -a /run/world/whole $signatures
truncate -s 20000000 $signatures
all_verbs 'broken in '
cp -a /run/world/whole $signatures
head -c 20000000 <(yes "$(cat /run/world/whole)") >>$signatures
run vault timeout 60 qssh-vault log --verify
expect 1 'broken in '
run vault timeout 60 sh -c 'qssh-vault suggest && qssh-vault log | wc -l'
expect 0

# More than any filter can write is not read, and that is told.
cp -a /run/world/whole $signatures
truncate -s 70M $signatures
all_verbs 'ssh-client/signatures: it can'
run vault qssh-vault log
expect 0 'file=signatures reason=it\x20is\x20too\x20long'
