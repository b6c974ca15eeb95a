#!/bin/bash
# SPDX-License-Identifier: ISC
# An agent without keys, and a locked one, are an empty list, so that clients go on to their next way to log in; no
# agent is a FAILURE. The person at the terminal gets a sentence, and the vault's owner a notification that says what to
# do.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

told=0
says()
{
	run client script -qec 'ssh remote@host id -un' /dev/null
	expect 255 "$2"
	run list
	expect 1 "$3"
	told=$((told + 1))
	notified $told
	run notice $told body
	expect 0 "$1"
}

empty='the default vault listed no key for this host; its record says why'

bus_start
notifications plain
rules <<'EOR'
notify refused
allow *
EOR
# The session's agent has held keys, so it is the one that is meant.
run list
expect 0
vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -qD
says 'holds no keys, or is locked: run ssh-add' "$empty" 'The agent has no identities.'
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'list, answered: the ssh-agent of the vault'"'s session holds no keys"
# paramiko tries the agent, and then the keys in ~/.ssh.
client ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519
cat /home/ssh-client/.ssh/id_ed25519.pub >>/home/remote/.ssh/authorized_keys
run client SSH_AUTH_SOCK=$socket python3 -W ignore -c 'import paramiko
c = paramiko.SSHClient()
c.load_host_keys("/etc/ssh/ssh_known_hosts")
c.connect("host", username="remote")
print(c.exec_command("id -un")[1].read().decode())'
expect 0 remote
rm /home/ssh-client/.ssh/id_ed25519*

vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -q .ssh/id_ed25519
locked()
{
	vault PYTHONPATH=/tests/lib PYTHONDONTWRITEBYTECODE=1 python3 -c "from agentwire import *
same(Agent('$vault_run/agent').ask(frame($1, string('secret'))), (SUCCESS, b''))"
}
locked LOCK
run client ssh remote@host id -un
expect 255
locked UNLOCK
run client ssh remote@host id -un
expect 0 remote

vault mkdir -p -m 700 $keydir/default
rm /home/vault/.ssh/id_*
says 'agent default holds no keys: put them into ~/.ssh/identities.d/default' "$empty" 'The agent has no identities.'

vault pkill -f $agents/default
wait_for not agent_pid default
mv /usr/bin/ssh-agent /tmp/
says 'agent default did not start' 'the default vault refused the request; its record says why' 'agent refused operation'
