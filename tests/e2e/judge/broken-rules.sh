#!/bin/bash
# SPDX-License-Identifier: ISC
# Broken or badly owned rules refuse everything, and the record says where and why; the connection lives on and no agent
# hears of it.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

refused_because()
{
	rm -f /home/vault/.local/state/qssh/record/ssh-client/requests
	run python ssh-client <<-'EOF2'
		a = Agent()
		same(a.ask(frame(LIST)), (FAILURE, b""))
		same(a.ask(sign_request(string("ssh-ed25519") + string(bytes(32)), b"x")), (FAILURE, b""))
		same(a.ask(frame(LIST)), (FAILURE, b""))
	EOF2
	expect 0
	run cat /home/vault/.local/state/qssh/record/ssh-client/requests
	expect 0 "$1"
	equal "$(grep -vx connect $heard)" ''
}

agent record
: >$heard
rules <<<'allow ssh-client'
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0
: >$heard

rules <<<'allow ssh-client fro git'
refused_because 'rules:1:18:'
rules <<<'allow * to host for certificate'
refused_because 'rules:1:'
rules <<<'allow ssh-client "git'
refused_because 'rules:1:18:'
rules <<<'allow ssh-client'
chmod 666 /home/vault/.config/qssh/rules
refused_because rules:
chmod 644 /home/vault/.config/qssh/rules
chown remote /home/vault/.config/qssh/rules
refused_because rules:
chown vault /home/vault/.config/qssh/rules
chmod 777 /home/vault/.config/qssh
refused_because qssh
chmod 700 /home/vault/.config/qssh
rm /home/vault/.config/qssh/rules
mkdir /home/vault/.config/qssh/rules
refused_because rules:
rmdir /home/vault/.config/qssh/rules
mkfifo /home/vault/.config/qssh/rules
chown vault /home/vault/.config/qssh/rules
refused_because rules:
rm /home/vault/.config/qssh/rules

# Only a file that is not there counts as none: then the built-in rules hold.
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0
