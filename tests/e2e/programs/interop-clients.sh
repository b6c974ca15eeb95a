#!/bin/bash
# SPDX-License-Identifier: ISC
# The vault serves the client scripts of others: the forum guide's socat listener, henn's ncat listener, and the
# official package's forwarder, which reads /rw/config/split-ssh-vault and calls qubes.SshAgent+AGENT; qusal's calls
# @default. Hosts are proven for all of them.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_manager
vault_key work one
policy <<'EOF2'
qubes.SshAgent + ssh-client vault ask default_target=vault
qubes.SshAgent +work ssh-client @default allow target=vault
qubes.SshAgent +work ssh-client vault allow
EOF2
answer yes

# works SOCKET COMMENT: lists, logs in and signs through it.
works()
{
	local socket=$1 comment=$2
	wait_for test -S "$socket"
	run client SSH_AUTH_SOCK="$socket" ssh-add -l
	expect 0 "$comment"
	run client SSH_AUTH_SOCK="$socket" ssh -o IdentityAgent="$socket" remote@host id -un
	expect 0 remote
	run client sh -c "SSH_AUTH_SOCK=$socket ssh-add -L >key.pub && echo text | SSH_AUTH_SOCK=$socket ssh-keygen -q -Y sign -n file -f key.pub"
	expect 0 'BEGIN SSH SIGNATURE'
	run grep event=sign $signatures
	expect 0 host=proven sshsig
	rm $signatures
}

# The forum guide's: rc.local, with its umask.
sock=/home/ssh-client/.SSH_AGENT_vault
client sh -c "umask 177 && exec socat 'UNIX-LISTEN:$sock,fork' 'EXEC:qrexec-client-vm vault qubes.SshAgent'" 2>/dev/null &
works $sock ed25519@vault

# henn's: ncat, with the service on its standard input and output.
sock=/tmp/.SSH_AGENT_vault
client ncat -k -l -U $sock -c 'qrexec-client-vm vault qubes.SshAgent' 2>/dev/null &
works $sock ed25519@vault

# The official package's, for agent work.
mkdir -p /rw/config
echo vault >/rw/config/split-ssh-vault
client install -d -m 700 .split-ssh
sock=/home/ssh-client/.split-ssh/work.sock
# shellcheck disable=SC2016
client sh -c "umask 177 && exec socat 'UNIX-LISTEN:$sock,fork' EXEC:'qrexec-client-vm $(cat /rw/config/split-ssh-vault) qubes.SshAgent+work'" 2>/dev/null &
works $sock work/one

# qusal's, but for the service's name.
sock=/tmp/qusal.sock
client socat "UNIX-LISTEN:$sock,unlink-early,reuseaddr,fork" 'EXEC:qrexec-client-vm -- @default qubes.SshAgent+work' 2>/dev/null &
works $sock work/one
