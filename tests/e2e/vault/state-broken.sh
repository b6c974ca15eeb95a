#!/bin/bash
# SPDX-License-Identifier: ISC
# Where what the vault keeps can't be opened, the request is refused and the record says why: the confined filter lives
# on.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
witness
rules <<'EOR'
asker none
allow * for git
EOR
state=/home/vault/.local/state/qssh

# One connection: refused, and served on.
refused()
{
	run python ssh-client <<-'EOP'
		a = Agent()
		key = identities(a.ask(frame(LIST)))[0][0]
		same(a.ask(sign_request(key, sshsig("git", b"x")))[0], FAILURE)
		same(len(identities(a.ask(frame(LIST)))), 1)
	EOP
	expect 0
	run tail -n 1 <(refusals)
	expect 0 "$1"
}

run signs git
expect 0 signed

# Whether the vault is locked.
vault rm $state/record/ssh-client/locked
vault mkdir $state/record/ssh-client/locked
refused 'reason=whether\x20this\x20vault\x20is\x20locked\x20can'
vault rmdir $state/record/ssh-client/locked

# How many signatures the client had.
vault rm -r $state/rates
vault touch $state/rates
refused 'reason=a\x20person\x20would\x20have\x20to\x20be\x20asked'
vault rm $state/rates

run signs git
expect 0 signed
