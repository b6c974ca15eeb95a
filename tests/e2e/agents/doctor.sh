#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh-vault doctor says that nothing is wrong where nothing is, and else names each fault of the vault's side with what
# mends it: another's service file in any of qrexec's directories, also for an argument; the session; agents, keys and
# their options; rules.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

doctor()
{
	local line environment=()
	while read -r line; do
		environment+=("$line")
	done </run/qubes/vault/session
	run vault "${environment[@]}" qssh-vault doctor "$@"
}

# found FAULT MEND: and nothing else. HOME stands for ~.
found()
{
	doctor
	expect 1 "wrong  ${1/HOME/\~}" "    -> $2" '1 thing is wrong.'
}

vault_manager
bus_start
notifications plain
desktop
vault_key work one
doctor
expect 0 'ok     /etc/qubes-rpc/qubes.SshAgent answers the calls, by /usr/lib/qssh/qssh-filter' 'agent default answers at /run/user/47002/agent and holds 1 key' \
	'agent work is started when it is needed, with 1 key' 'the built-in rules hold' 'a notification server answers' 'Nothing is wrong here.'
run pgrep -u vault -f "$agents/"
expect 1
client qssh add vault:work
policy <<<'qubes.SshAgent * ssh-client vault allow'
run list vault:work
expect 0 work/one
doctor
expect 0 "agent work answers at $agents/work and holds 1 key" 'the witness, which verifies hosts, answers'
doctor --json
expect 0 '"result":"ok"'

for file in /usr/local/etc/qubes-rpc/qubes.SshAgent /run/qubes-rpc/qubes.SshAgent /usr/local/etc/qubes-rpc/qubes.SshAgent+work /etc/qubes-rpc/qubes.SshAgent+a; do
	mkdir -p "$(dirname $file)"
	printf '#!/bin/sh\n# exec /usr/lib/qssh/qssh-filter\n#!/usr/lib/qssh/qssh-filter\nexec /usr/bin/socat - UNIX-CONNECT:/run/user/47002/agent\n' >$file
	found "$file is not qssh's" "move $file away"
	printf '#!/usr/lib/qssh/qssh-filter\n' >$file
	found "$file answers the calls and can't be executed" "chmod 755 $file"
	chmod 755 $file
	doctor
	expect 0
	rm $file
done
mv /etc/qubes-rpc/qubes.SshAgent /tmp/
found 'no file answers calls of qubes.SshAgent' 'install qssh'
mv /tmp/qubes.SshAgent /etc/qubes-rpc/
chmod -x /usr/lib/qssh/qssh-load
found '/usr/lib/qssh/qssh-load, which starts agents' 'install qssh again'
chmod +x /usr/lib/qssh/qssh-load

for dir in /etc /usr/local/etc; do
	config=$dir/qubes/rpc-config/qubes.SshAgent
	mkdir -p ${config%/*}
	echo 'skip-service-descriptor=true' >$config
	found "$config sets skip-service-descriptor" 'delete that line'
	echo 'wait-for-session=1' >$config
	found "$config makes each call wait for the session" 'delete that line, or the file'
	echo 'wait-for-session=0' >$config
	doctor
	expect 0 "$config is there, and qssh needs no such file"
	rm $config
done
session SSH_AUTH_SOCK=$vault_run/agent DISPLAY=
doctor
expect 0 'there is no graphical session here'
# As `qssh enable` sets it, typed in the vault.
run vault SSH_AUTH_SOCK=$vault_run/qssh/default qssh-vault doctor
expect 0 'SSH_AUTH_SOCK here leads to another vault' 'qssh disable'
desktop SSH_ASKPASS=/nowhere
found 'there is no ssh-askpass' 'install ssh-askpass-gnome'
desktop

vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -qD
doctor
expect 0 'agent default is started when it is needed, with 3 keys'
vault mkdir away
vault sh -c 'mv .ssh/id_* away'
found 'agent default, at /run/user/47002/agent, holds no keys' 'the ssh-agent of the vault'
vault sh -c 'mv away/* .ssh'
vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -q .ssh/id_ed25519
vault_key other two
chmod 640 $keydir/other/two
found 'others may read ~/.ssh/identities.d/other/two' 'chmod 600'
chmod 600 $keydir/other/two
echo -x | vault tee $keydir/other/two.ssh-add-option >/dev/null
found 'HOME/.ssh/identities.d/other/two: its .ssh-add-option file has "-x"' 'correct it'
rm $keydir/other/two.ssh-add-option
chmod 770 $keydir/other
found 'agent other: ~/.ssh/identities.d/other or identities.d belongs to somebody else' 'see qssh-agents(7)'
chmod 700 $keydir/other
vault mkdir $keydir/empty
found 'agent empty would start without keys' "the vault's agent empty holds no keys: put them into"
# What that says is what to do, whether or not the agent runs, and where the agent was started before the key was there.
mend=$(grep -o 'systemctl [^`]*' <<<"$output")
client qssh add vault:empty
run list vault:empty
expect 1
vault_key empty three
found "agent empty, at $agents/empty, holds none of its 1 key" 'systemctl --user reload qssh-agent@empty loads them'
# shellcheck disable=SC2086
run vault $mend
expect 0
doctor
expect 0 'agent empty answers'
vault systemctl --user stop qssh-agent@empty
# shellcheck disable=SC2086
run vault $mend
expect 0
doctor
expect 0 'agent empty answers'
vault rm -r $keydir/empty
vault mkdir $keydir/.old
doctor
expect 0 'identities.d/.old is passed over'

rules <<'EOR'
agent ci ~/nowhere
allow *
EOR
found "agent ci: the agent of the rules' line" 'see qssh-agents(7)'
rules <<'EOR'
allow * for
EOR
doctor
expect 1 '.config/qssh/rules:1:'
rm /home/vault/.config/qssh/rules
doctor
expect 0
