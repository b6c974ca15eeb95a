#!/bin/bash
# No agent, an agent without keys, and a locked one: the client gets FAILURE and its sentence at the terminal, and the vault's owner a notification that says what
# to do.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

told=0
says()
{
	run client script -qec 'ssh remote@host id -un' /dev/null
	expect 255 'the default vault refused the request; its record says why'
	run list
	expect 1 'agent refused operation'
	told=$((told + 1))
	notified $told
	run notice $told body
	expect 0 "$1"
}

bus_start
notifications plain
rules <<'EOR'
notify refused
allow *
EOR
vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -qD
says 'holds no keys, or is locked: run ssh-add'

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
says 'agent default holds no keys: put them into ~/.ssh/identities.d/default'

vault pkill -f $agents/default
wait_for not agent_pid default
mv /usr/bin/ssh-agent /tmp/
says 'agent default did not start'
