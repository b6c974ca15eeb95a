#!/bin/bash
# SPDX-License-Identifier: ISC
# The built-in rules ask about what comes over ssh -A, each time, and the question and the notification name the way; a
# yes that is remembered for the client's own login is none for the same login by way of another host.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

witness
host_start next 2222
host_name next 2222
cat /home/ssh-client/.ssh/known_hosts >/home/remote/.ssh/known_hosts
# The host shares its files with the client here, but has no qssh of its own.
rm /etc/ssh/ssh_config.d/30-qssh.conf
client sh -c "echo 'IdentityAgent $socket' >>.ssh/config"
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

own()
{
	run client ssh -p 2222 remote@next true
	expect 0
}

forwarded()
{
	run client ssh -A remote@host ssh -p 2222 remote@next true
	expect 0
}

own
asked 0
forwarded
asked 1
forwarded
asked 2
run cat /home/vault/asked
expect 0 'log in to' 'by way of: host, where the keys were forwarded'
lacks 'Yes: this login, and the same one again'

rules <<'EOR'
allow ssh-client to remote@host forwarded no
ask   ssh-client remember 5m
EOR
own
asked 3
own
asked 3
forwarded
asked 4
forwarded
asked 4
run record
expect 0 'via=host'
run vault qssh-vault grants
expect 0 "to [next]:2222 $(ssh-keygen -lf /run/world/host_key.2222.pub | cut -d' ' -f2)" " via $(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)"
wait_for none_running
