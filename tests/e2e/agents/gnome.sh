#!/bin/bash
# SPDX-License-Identifier: ISC
# GNOME's agents behind the filter. gnome-keyring's keys log in, and hosts are proven by the witness; gcr-ssh-agent
# lists and signs. Debian 12's (3.41) dies of a session bind, whoever sends it, so that no ssh of OpenSSH 8.9 or later
# can log in by it; the record then says that the agent closed.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
vault_manager
bus_start
rm /home/vault/.ssh/id_{rsa,ecdsa}*
vault ssh-keygen -q -t ed25519 -N '' -C added -f added
cat /home/vault/added.pub >>/home/remote/.ssh/authorized_keys
session "${desktop_env[@]}"

signs_file()
{
	run client sh -c "SSH_AUTH_SOCK=$socket ssh-add -L >key.pub && echo text | SSH_AUTH_SOCK=$socket ssh-keygen -q -Y sign -n file -f key.pub"
	expect 0 'BEGIN SSH SIGNATURE'
}

# Both show the keys of ~/.ssh by themselves, and take more. gcr 4.4 has an option for the directory.
vault mkdir -p /run/user/47002/gcr
option=()
! /usr/libexec/gcr-ssh-agent --help 2>&1 | grep -qe --base-dir || option=(--base-dir)
vault "${desktop_env[@]}" /usr/libexec/gcr-ssh-agent "${option[@]}" /run/user/47002/gcr >/dev/null 2>&1 &
wait_for test -S /run/user/47002/gcr/ssh
run list
expect 0 ed25519@vault
vault SSH_AUTH_SOCK=/run/user/47002/gcr/ssh ssh-add -q added
run list
expect 0 added ed25519@vault
signs_file
pkill -u vault gcr-ssh-agent
pkill -u vault -f gcr/.ssh
rm -rf /run/user/47002/gcr

vault "${desktop_env[@]}" gnome-keyring-daemon --foreground --components=ssh --control-directory=/run/user/47002/keyring >/dev/null 2>&1 &
wait_for test -S /run/user/47002/keyring/ssh
vault SSH_AUTH_SOCK=/run/user/47002/keyring/ssh ssh-add -q added
run list
expect 0 added ed25519@vault
signs_file
rm $signatures
run client ssh remote@host id -un
expect 0 remote
run cat $signatures
expect 0 host=proven to=host outcome=signed
