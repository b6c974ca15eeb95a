#!/bin/bash
# SPDX-License-Identifier: ISC
# The options of a key's file hold in the agent: -h binds it to a host, though a client calls, and -c asks before each
# use.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

rm /home/vault/.ssh/id_*
vault_key default bound
vault_key default asked
echo '-h "remote@host"' | vault tee $keydir/default/bound.ssh-add-option >/dev/null
echo '-c' | vault tee $keydir/default/asked.ssh-add-option >/dev/null
ssh-keygen -q -t ed25519 -N '' -f /run/world/other_key
sed 's,^HostKey.*,HostKey /run/world/other_key,' /etc/ssh/sshd_config >/run/world/other_config
echo 'Port 2222' >>/run/world/other_config
"$(command -v sshd)" -f /run/world/other_config
echo "[host]:2222 $(cut -d' ' -f1,2 /run/world/other_key.pub)" >>/etc/ssh/ssh_known_hosts
vault_without_agent
vault_manager
rules <<'EOR'
allow * for any uses any rate 100/1s
EOR
use()
{
	local key=$1
	shift
	cp "$keydir/default/$key.pub" /tmp/key.pub
	chmod 644 /tmp/key.pub
	run client ssh -o IdentitiesOnly=yes -i /tmp/key.pub "$@" remote@host id -un
}

askpass <<'EOP'
echo "$SSH_ASKPASS_PROMPT $1" >>/home/vault/asked
exit 0
EOP
use bound
expect 0 remote
use bound -p 2222
expect 255 'Permission denied'
use asked
expect 0 remote
run cat /home/vault/asked
expect 0 'confirm Allow use of key default/asked'

askpass <<'EOP'
exit 1
EOP
use asked
expect 255 'Permission denied'
run cat $signatures
expect 0 'outcome=the\x20agent\x20refused'
