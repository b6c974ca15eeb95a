#!/bin/bash
# SPDX-License-Identifier: ISC
# A login waits while the vault's agent is locked, and one notification says so: unlocked, it goes on. In vain it waits
# once; and it never waits where nobody can be told, where the rules have nothing for the client, or after it hung up.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

rm /home/vault/.ssh/id_*
bus_start
notifications plain
rules <<'EOR'
deny other-qube
notify refused
allow *
EOR
locked()
{
	vault PYTHONPATH=/tests/lib PYTHONDONTWRITEBYTECODE=1 python3 -c "from agentwire import *
same(Agent('$vault_run/agent').ask(frame($1, string('secret'))), (SUCCESS, b''))"
}
# In the background: the login, and how long it took.
login()
{
	local begin=$SECONDS
	run client ssh remote@host id -un
	echo "$output" >/tmp/out
	echo "$status $((SECONDS - begin))" >/tmp/took
}
took()
{
	local state seconds
	wait
	read -r state seconds </tmp/took
	if [ "$state" != "$1" ] || [ "$seconds" -lt "$2" ] || [ "$seconds" -gt "$3" ]; then
		fail "$state after $seconds s"
	fi
}

# An agent that never held keys is not waited for: the vault is not set up yet.
locked LOCK
login
took 255 0 5
notified 1
equal "$(notice 1 summary)" 'ssh-client gets no signature'
locked UNLOCK
run client ssh remote@host id -un
expect 0 remote

# Two logins wait, and one notification says so.
rm -rf $vault_run/qssh/shown
: >$notices
locked LOCK
login &
wait_for notified_count 1
run notice 1 summary
expect 0 'ssh-client waits 30 seconds for a key: unlock it'
run notice 1 body
expect 0 "the ssh-agent of the vault's session holds no keys, or is locked: run ssh-add or unlock the password manager"
client ssh remote@host id -un >/tmp/out2 &
sleep 1.5
locked UNLOCK
wait $!
took 0 1 10
equal "$(cat /tmp/out /tmp/out2)" $'remote\nremote'
equal "$(grep -c summary $notices)" 1
run vault qssh-vault log
expect 0 'event=wait verdict=done'

# With pinned keys it is the signature that waits.
client qssh pin >/dev/null
: >$notices
locked LOCK
login &
wait_for notified_count 1
sleep 6
locked UNLOCK
took 0 6 15
client qssh unpin

# Whoever hangs up is not waited for, and leaves nothing behind.
locked LOCK
client timeout 2 ssh remote@host true || true
wait_for none_running
run vault qssh-vault log
expect 0 'event=wait verdict=in-vain'

# In vain, and then at once for a while.
rm -rf $vault_run/qssh/shown
: >$notices
login
took 255 29 40
login
took 255 0 5
equal "$(grep -c summary $notices)" 1

# Nobody can be told, or the rules have nothing.
rm -rf $vault_run/qssh/shown
for mode in 'notify none' 'deny *'; do
	rules <<<"$mode
allow *"
	login
	took 255 0 5
done
rules <<<'allow *'
rm $vault_run/bus
login
took 255 0 5
wait_for none_running
