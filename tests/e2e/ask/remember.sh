#!/bin/bash
# SPDX-License-Identifier: ISC
# A yes where the rule says remember holds for the same request alone, until it ends or is revoked; qssh-vault lists and
# ends it.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

witness
rules <<'EOR'
ask ssh-client to remote@host root@host remember 5m
ask ssh-client for sshsig:* remember 9s
ask ssh-client for any remember 1h
EOR
askpass <<'EOP'
echo "$1" >>/home/vault/asked
echo yes
EOP
vault touch asked

# N: how often a person has been asked so far.
asked()
{
	equal "$(grep -c 'key: ' /home/vault/asked)" "$1"
}

login()
{
	run client ssh remote@host true
	expect 0
}

login
asked 1
run cat /home/vault/asked
expect 0 'Yes: this login, and the same one again for 5 minutes.'
login
asked 1
run record
expect 0 'a\x20remembered\x20yes'

# Not for another purpose, nor the other way round.
run signs git
expect 0 signed
asked 2
run tr '\n' ' ' </home/vault/asked
expect 0 'Yes: this signature, and more of this kind with this key for 9 seconds.'
run signs git file git
equal "$output" 'signed signed signed'
asked 3

# Never for an unknown host, whatever the rule says.
run signs login:remote
asked 4
run signs login:remote
asked 5

run vault qssh-vault grants
expect 0 '  1  4m' 'ssh-client: login as remote to host SHA256:' 'ssh-client: sshsig:git' 'sshsig:file'
run vault qssh-vault grants --json
expect 0 '"client":"ssh-client"' '"purpose":"login"' '"seconds_left":'

# It ends by itself, and at once when it is revoked.
sleep 9
run signs git
asked 6
login
asked 6
run vault qssh-vault revoke 1
expect 0 '1 remembered answer has ended'
login
asked 7
run vault qssh-vault revoke 1
expect 1 'no answer with number 1'
run vault qssh-vault revoke all
expect 0 'remembered answers have ended'
run vault qssh-vault grants
expect 0 'No answer is remembered'
login
asked 8

# A file that is not exactly ours does not count.
find $vault_run/qssh/grants -type f -exec chmod 640 {} +
login
asked 9
find $vault_run/qssh/grants -type f -exec chown root {} +
login
asked 10
run vault qssh-vault revoke --cooldown 'no qube'
expect 2
run vault qssh-vault revoke seven
expect 2
