#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh-vault lock refuses every signature until unlock, also on a connection that is open; it is recorded, and one
# notification says how to undo it.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
witness
bus_start
notifications plain
desktop

# Signs once for each line that it reads, on one connection.
cat >/run/world/signer <<'EOP'
import sys
sys.path.insert(0, "/tests/lib")
from agentwire import *
a = Agent()
key = identities(a.ask(frame(LIST)))[0][0]
for n, line in enumerate(sys.stdin):
    print(a.ask(sign_request(key, sshsig("git", b"x")))[0] == SIGNATURE, flush=True)
EOP
rules <<'EOR'
allow * for git uses any
allow * to *
EOR
coproc signer { client env PYTHONDONTWRITEBYTECODE=1 python3 /run/world/signer; }
gives()
{
	local got
	echo >&"${signer[1]}"
	read -r got <&"${signer[0]}"
	equal "$got" "$1"
}
gives True

run vault qssh-vault lock
expect 0 "Nothing is signed for any qube from now on. 'qssh-vault unlock' lifts that."
run vault qssh-vault lock
expect 0 'it was so already'
gives False
wait_for grep -q "this vault is locked; 'qssh-vault unlock' lifts that" $notices
gives False
run client ssh remote@host true
expect 255 'Permission denied'
run refusals
expect 0 'verdict=deny' 'reason=this\x20vault\x20is\x20locked' 'purpose=git' 'purpose=login user=remote host=proven to=host'
run vault qssh-vault status
expect 0 'LOCKED' 'qssh-vault unlock'

run vault qssh-vault doctor
expect 1 'this vault is locked: nothing is signed' 'qssh-vault unlock'

equal "$(grep -c 'this vault is locked' $notices)" 1

run vault qssh-vault unlock
expect 0 'The vault is unlocked'
gives True
run vault qssh-vault unlock
expect 0 'was not locked'

run vault qssh-vault lock --for other-qube
expect 0 "'qssh-vault unlock --for other-qube'"
gives True
run vault qssh-vault lock --for ssh-client
gives False
run client ssh remote@host true
expect 255
run vault qssh-vault status
expect 0 'LOCKED for ssh-client' 'LOCKED for other-qube'
run vault qssh-vault doctor
expect 1 'ssh-client is locked: nothing is signed for it' 'qssh-vault unlock --for other-qube'
lacks 'this vault is locked'
run vault qssh-vault unlock
expect 0 'The vault was not locked' "ssh-client is still locked: 'qssh-vault unlock --for ssh-client'" 'other-qube is still'
vault qssh-vault lock >/dev/null
run vault qssh-vault unlock --for ssh-client
expect 0 'ssh-client is unlocked' "The whole vault is still locked: 'qssh-vault unlock'"
vault qssh-vault unlock >/dev/null
gives True
run client ssh remote@host true
expect 0

run vault qssh-vault log
expect 0 'client=- arg=- event=locked verdict=done' 'client=ssh-client arg=- event=unlocked'
run vault qssh-vault lock --for '../x'
expect 2 "not a qube's name"
