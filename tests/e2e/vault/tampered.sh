#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh-vault log --verify tells where a line of the record was changed, added or taken away.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

run vault qssh-vault log --verify
expect 1 'no request has been recorded yet'

witness
run client ssh remote@host true
expect 0
run signs git file login:root
run signs git file
expect 0 'signed signed'
state=/home/vault/.local/state/qssh/record/ssh-client
cp -a $state /run/world/whole

run vault qssh-vault log --verify
expect 0 'ssh-client/signatures: ' 'ssh-client/requests: ' whole
lacks broken missing

broken()
{
	run vault qssh-vault log --verify --client ssh-client
	expect 1 "$@"
	cp -a /run/world/whole/. $state
	run vault qssh-vault log --verify
	expect 0 whole
}

sed -i '2s/outcome=signed/outcome=refused/' $state/signatures
broken 'ssh-client/signatures:3: the line before this one is not the one that was there' 'broken in 1 place'
sed -i 4d $state/signatures
broken 'ssh-client/signatures:4: the line before this one is not' 'ssh-client/requests: ' whole
sed -i 1d $state/signatures
broken 'ssh-client/signatures:1: lines before this one are missing, and were not dropped to make room'
echo 'time=2026-01-01T00:00:00.000Z client=ssh-client arg=- event=list verdict=answered' >>$state/requests
broken 'the last line does not say what stood before it'

# A line that a full disk tore, within the hash of the one before it, is no sign of that: the next one has its hash.
begun=$(tail -n 1 $state/signatures | sed 's/\(prev=.....\).*/\1/')
sed -i '$d' $state/signatures
printf %s "$begun" >>$state/signatures
run signs file
expect 0 signed
run grep -c "^$begun$" $state/signatures
expect 0 1
run vault qssh-vault log --verify
expect 0 whole
sed -i "s/^$begun$/${begun%?}/" $state/signatures
broken 'the line before this one is not the one that was there'

# A file that was put aside is part of the chain, and one that was dropped is said to be.
mv $state/signatures $state/signatures.1
vault touch .local/state/qssh/record/ssh-client/signatures
run signs git
run vault qssh-vault log --verify
expect 0 whole
sed -i '$d' $state/signatures.1
run vault qssh-vault log --verify
expect 1 'ssh-client/signatures:1: lines before this one are missing'
rm $state/signatures.1
printf 'time=2026-01-01T00:00:00.000Z client=ssh-client event=dropped signatures=8 requests=0\n' |
    vault tee .local/state/qssh/record/dropped >/dev/null
run vault qssh-vault log --verify
expect 0 'whole; older ones were dropped to make room'
run vault script -qefc "qssh-vault log" /dev/null </dev/null
expect 0 'Dropped to make room: 8 lines about signatures and 0 about other requests of ssh-client, up to 2026-01-01'
