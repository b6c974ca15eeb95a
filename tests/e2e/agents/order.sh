#!/bin/bash
# SPDX-License-Identifier: ISC
# Which agent `default` is: the rules' line and no other; then ours where ~/.ssh/identities.d/default is there; then the
# session's; then a distribution's; then ours with the default keys. The client's side of the same qube is never one.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

# An agent at a path, with one key whose comment is NAME.
agent_with()
{
	local path=$1 name=$2
	vault mkdir -p "$(dirname "$path")"
	vault ssh-keygen -q -t ed25519 -N '' -C "$name" -f "/run/user/47002/key.$name"
	vault ssh-agent -a "$path" >/dev/null
	vault SSH_AUTH_SOCK="$path" ssh-add -q "/run/user/47002/key.$name"
}

is()
{
	run list
	expect 0 "$1"
	equal "$(wc -l <<<"$output")" 1
}

rm /home/vault/.ssh/id_{rsa,ecdsa}*
vault ssh-keygen -q -c -C default-name -f .ssh/id_ed25519
r=/run/user/47002
is ed25519@vault

vault_without_agent
is default-name
agent_with $r/gnupg/S.gpg-agent.ssh gpg
is gpg
agent_with $r/openssh_agent distribution
is distribution
agent_with $r/mine session
session SSH_AUTH_SOCK=$r/mine
is session

# A dead one is passed over.
session SSH_AUTH_SOCK=$r/nowhere
is distribution
session SSH_AUTH_SOCK=$r/mine

vault_key default opted
rm /home/vault/.ssh/id_ed25519*
vault pkill -f "$agents/default"
wait_for not agent_pid default
is default/opted

vault mkdir -p .config/qssh
echo 'agent default ~/directive
allow *' | vault sh -c 'umask 077; cat >.config/qssh/rules'
run list
expect 1 refused
run cat $requests
expect 0 "rules'\x20line"
agent_with /home/vault/directive directive
is directive

# No loop through this qube's own client side.
rm -r /home/vault/.config/qssh/rules $keydir
pkill -u vault ssh-agent
rm -f $r/openssh_agent $r/gnupg/S.gpg-agent.ssh
agent_with $r/qssh/default loop
session SSH_AUTH_SOCK=$r/qssh/default
vault ssh-keygen -q -t ed25519 -N '' -C last -f .ssh/id_ed25519
is last
# Ours named outright is ours, whatever the distribution has.
agent_with $r/openssh_agent again
session SSH_AUTH_SOCK=$agents/default
is last
