#!/bin/bash
# SPDX-License-Identifier: ISC
# A private key never leaves the client qube: what adds, removes or locks keys is refused there, without a call, and the
# terminal says why once.
. "$(dirname "$0")/../../lib/script.sh"

install -m 755 /dev/stdin /tmp/askpass <<<$'#!/bin/sh\necho secret'
client ssh-keygen -q -t ed25519 -N '' -f .ssh/id_local
cat /home/ssh-client/.ssh/id_local.pub >>/home/remote/.ssh/authorized_keys

# TEXT COMMAND: refused, with TEXT on the terminal once, and nothing of it behind a pipe.
refused()
{
	local text=$1 command=$2
	run client SSH_AUTH_SOCK=$socket SSH_ASKPASS=/tmp/askpass SSH_ASKPASS_REQUIRE=force DISPLAY=:0 script -qec "$command" /dev/null
	expect 1 "qssh: $text"
	equal "$(grep -c 'qssh: ' <<<"$output")" 1
	run client SSH_AUTH_SOCK=$socket SSH_ASKPASS=/tmp/askpass SSH_ASKPASS_REQUIRE=force DISPLAY=:0 sh -c "$command"
	expect 1
	lacks 'qssh: '
}

for pins in no yes; do
	refused 'keys are added in the vault itself, not from here: the private key was not sent to it' 'ssh-add .ssh/id_local'
	refused 'keys are added in the vault itself' 'ssh-add -c -t 60 .ssh/id_local'
	refused "the keys are the vault's, and are removed there, not from here" 'ssh-add -D'
	refused "the keys are the vault's, and are removed there" 'ssh-add -d .ssh/id_local'
	refused "the keys are the vault's, and are locked there, not from here" 'ssh-add -x'
	refused 'smartcards are added in the vault itself' 'ssh-add -s /usr/lib/x.so'
	calls 0
	[ $pins = yes ] || client qssh pin
	: >/run/qubes/calls
done
run client qssh log
expect 0 'the private key was not sent to it' 'are removed there, not from here' 'are locked there, not from here'

# A login by a local key that ssh then wants to give to the agent: one call for the login, none for the key.
client qssh unpin
: >/run/qubes/calls
run client script -qec 'ssh -o AddKeysToAgent=yes -o IdentitiesOnly=yes -i .ssh/id_local remote@host echo in' /dev/null
expect 0 'in' 'qssh: keys are added in the vault itself, not from here: the private key was not sent to it'
equal "$(grep -c 'qssh: ' <<<"$output")" 1
calls 1
vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -L >/tmp/held
run grep -cF "$(cut -d' ' -f2 /home/ssh-client/.ssh/id_local.pub)" /tmp/held
expect 1 0
