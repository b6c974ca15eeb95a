#!/bin/bash
# SPDX-License-Identifier: ISC
# A qube that has qssh installed and switched off has an ssh as without it, whatever the shell is and in a user
# namespace too.
. "$(dirname "$0")/../../lib/script.sh"

# unit DIRECTIVE: what the system's systemd runs at its start or stop.
unit()
{
	sed -n "s/^$1=//p" /usr/lib/systemd/system/qssh-ssh-config.service | sh
}

client ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519
cat /home/ssh-client/.ssh/id_ed25519.pub >>/home/remote/.ssh/authorized_keys

client qssh disable
unit ExecStop
[ ! -e /etc/ssh/ssh_config.d/30-qssh.conf ] || fail 'the drop-in is still there'
for shell in /nonexistent relative /usr/bin/nologin; do
	run client SHELL=$shell ssh remote@host id -un
	expect 0 remote
done
run client unshare --user ssh -G host
expect 0 'host host'
calls 0

# enable says what root has to do where it may not, and how ssh gets to the vault meanwhile.
run client qssh enable
expect 0 'ssh itself has not been told' 'systemctl restart qssh-ssh-config.service'
client rm .ssh/id_ed25519
run client SSH_AUTH_SOCK=$socket ssh remote@host id -un
expect 0 remote
calls 1
unit ExecStart
run client qssh enable
lacks 'not been told'
run client ssh remote@host id -un
expect 0 remote
calls 2
