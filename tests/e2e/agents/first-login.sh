#!/bin/bash
# SPDX-License-Identifier: ISC
# The README's first login in a vault whose session has an agent that nobody feeds: the keys of ~/.ssh are served, and
# are loaded for it. A person who feeds the session's agent keeps it, also while it is empty or locked.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

session_agent()
{
	vault SSH_AUTH_SOCK=$vault_run/agent ssh-add "$@"
}

# As a vault is right after its start: an agent that Debian's session started, and ssh-keygen's key.
fresh_vault()
{
	session_agent -qD
	vault pkill -f "$agents/default" || true
	wait_for not agent_pid default
	rm -rf "$vault_run/qssh/session"
}

bus_start
notifications plain
rm /home/vault/.ssh/id_{rsa,ecdsa}*
fresh_vault
run client ssh remote@host id -un
expect 0 remote
run cat $loads
expect 0 'event=load verdict=loaded' id_ed25519
run vault qssh-vault doctor
expect 0 "agent default answers at $agents/default and holds 1 key"

# A key for the session's agent is the person's choice: from now on it is that agent, with its keys or without.
vault ssh-keygen -q -t ed25519 -N '' -C fed -f fed
cat /home/vault/fed.pub >>/home/remote/.ssh/authorized_keys
session_agent -q fed
run list
expect 0 fed
lacks ed25519@vault
session_agent -qD
run list
expect 1 'has no identities'
lacks ed25519@vault

# ssh-add is one of the programs that start with the session.
fresh_vault
vault mkdir -p .config/autostart
vault cp /usr/share/qssh/qssh-ssh-add.desktop .config/autostart/
run list
expect 1 'has no identities'
equal "$(agent_pid default)" ''
rm -r /home/vault/.config/autostart

# What was tried, where the key can't be had.
fresh_vault
vault ssh-keygen -q -p -P '' -N secret -f .ssh/id_ed25519
run list
expect 1 'has no identities'
run cat $requests
expect 0 'the\x20ssh-agent\x20of\x20the\x20vault'"'"'s\x20session\x20holds\x20no\x20keys' 'could\x20not\x20load\x20those\x20of\x20~/.ssh'

# No key in ~/.ssh, nothing to serve in its place.
fresh_vault
rm /home/vault/.ssh/id_*
run list
expect 1 'has no identities'
run cat $requests
expect 0 'holds\x20no\x20keys,\x20or\x20is\x20locked'
equal "$(agent_pid default)" ''
