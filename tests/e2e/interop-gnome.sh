#!/bin/bash
# GNOME's agents behind the filter, gcr-ssh-agent and the older gnome-keyring: a key of ~/.ssh and one that was added log in, and hosts are proven.
. "$(dirname "$0")/../lib/script.sh"
. "$(dirname "$0")/../lib/desktop.sh"
. "$(dirname "$0")/../lib/vault.sh"

vault_without_agent
vault_manager
bus_start
rm /home/vault/.ssh/id_{rsa,ecdsa}*
# It shows the keys of ~/.ssh by itself.
vault mkdir -p /run/user/47002/gcr
vault "${desktop_env[@]}" /usr/libexec/gcr-ssh-agent --base-dir /run/user/47002/gcr >/dev/null 2>&1 &
wait_for test -S /run/user/47002/gcr/ssh

works()
{
	rm -f $signatures
	run list
	expect 0 "$1"
	run client ssh remote@host id -un
	expect 0 remote
	run cat $signatures
	expect 0 host=proven to=host outcome=signed
}
desktop_env+=(SSH_AUTH_SOCK=)
session
works ed25519@vault

vault ssh-keygen -q -t ed25519 -N '' -C added -f added
cat /home/vault/added.pub >>/home/remote/.ssh/authorized_keys
vault SSH_AUTH_SOCK=/run/user/47002/gcr/ssh ssh-add -q added
run list
expect 0 added ed25519@vault
pkill -u vault gcr-ssh-agent
rm -rf /run/user/47002/gcr

vault "${desktop_env[@]}" gnome-keyring-daemon --foreground --components=ssh --control-directory=/run/user/47002/keyring >/dev/null 2>&1 &
wait_for test -S /run/user/47002/keyring/ssh
works ed25519@vault
