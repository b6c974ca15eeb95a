#!/bin/bash
# SPDX-License-Identifier: ISC
# No client's lines go for another's: 33 connections full of refusals, and thousands of quiet signatures, leave the
# lines of a quiet client.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"
record=/home/vault/.local/state/qssh/record

rules <<'EOR'
allow * for git uses any rate any/1s quiet
deny * for any
EOR
python ssh-client <<'EOP'
from agentwire import *
a = Agent()
key = identities(a.ask(frame(LIST)))[0][0]
assert a.ask(sign_request(key, sshsig("git", b"x")))[0] == SIGNATURE
assert a.ask(sign_request(key, bytes(7)))[0] == 5
EOP
cp -a $record/ssh-client $record/quiet
chown -R vault: $record/quiet
wait_for none_running

python ssh-client <<'EOP'
from agentwire import *
for connection in range(33):
    a = Agent()
    key = identities(a.ask(frame(LIST)))[0][0]
    for n in range(130):
        a.ask(sign_request(key, sshsig(f"n{n}", b"x")))
    a.close()
for connection in range(4):
    a = Agent()
    for n in range(1000):
        assert a.ask(sign_request(key, sshsig("git", b"x")))[0] == SIGNATURE
    a.close()
EOP
wait_for none_running
run cat $record/quiet/requests
expect 0 'purpose=opaque'
run cat $record/quiet/signatures
expect 0 'purpose=git'
[ "$(cat $record/ssh-client/signatures* | grep -c ' event=sign ')" -gt 4000 ] || fail "signatures are missing"
ls $record/ssh-client/requests.1 $record/ssh-client/signatures.1 >/dev/null
run vault qssh-vault log --verify
expect 0 whole
