#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh doctor finds what older Split SSH set-ups left, by file and line, and says what to delete.
. "$(dirname "$0")/../../lib/script.sh"

home=/home/ssh-client

# The forum guide's and henn's lines.
mkdir -p /rw/config/rc.local.d
cat >/rw/config/rc.local <<'RC'
#!/bin/sh
# SPLIT SSH CONFIGURATION >>>
SSH_VAULT_VM="vault"
if [ "$SSH_VAULT_VM" != "" ]; then
  export SSH_SOCK="/home/user/.SSH_AGENT_$SSH_VAULT_VM"
  sudo -u user /bin/sh -c "umask 177 && exec socat 'UNIX-LISTEN:$SSH_SOCK,fork' 'EXEC:qrexec-client-vm $SSH_VAULT_VM qubes.SshAgent'" &
fi
# <<< SPLIT SSH CONFIGURATION
RC
cat >$home/.bashrc <<'RC'
# SPLIT SSH CONFIGURATION >>>
SSH_VAULT_VM="vault"
if [ "$SSH_VAULT_VM" != "" ]; then
  export SSH_AUTH_SOCK="/home/user/.SSH_AGENT_$SSH_VAULT_VM"
fi
# <<< SPLIT SSH CONFIGURATION
RC
client sh -c "exec socat UNIX-LISTEN:$home/.SSH_AGENT_vault,fork 'EXEC:qrexec-client-vm vault qubes.SshAgent'" &
wait_for test -S $home/.SSH_AGENT_vault
pid=$(pgrep -u ssh-client -x socat)

run client qssh doctor
expect 1 '/rw/config/rc.local:6 starts' '.bashrc:4 sets SSH_AUTH_SOCK' "process $pid is" "kill $pid" \
    '# SPLIT SSH CONFIGURATION >>>' 'SSH_AGENT_vault is an older' '3 things are wrong'
kill "$pid"
rm -f /rw/config/rc.local $home/.bashrc $home/.SSH_AGENT_vault

# The official package's, and qusal's.
mkdir -p /etc/systemd/system/multi-user.target.wants /rw/config
touch /rw/config/split-ssh-default-agent /etc/profile.d/qubes-ssh.sh
ln -s /dev/null '/etc/systemd/system/multi-user.target.wants/split-ssh-forwarder@work.service'
ln -s /dev/null '/etc/systemd/system/multi-user.target.wants/qusal-ssh-agent-forwarder@x.service'
# shellcheck disable=SC2016
echo 'export SSH_AUTH_SOCK="$HOME/.split-ssh/work.sock"' >$home/.profile
echo 'socat UNIX-LISTEN:x,fork EXEC:"qrexec-client-vm @default qusal.SshAgent"' >/rw/config/rc.local.d/30-split-ssh.rc
run client qssh doctor
expect 1 'sudo systemctl disable --now split-ssh-forwarder@work.service' 'qusal-ssh-agent-forwarder@x.service' \
    '.profile:1 sets' '30-split-ssh.rc:1 starts' 'sudo rm /rw/config/split-ssh-default-agent' '5 things are wrong'

# Comments, and other agents, are none of its business.
rm -r /rw/config /etc/systemd/system/multi-user.target.wants /etc/profile.d/qubes-ssh.sh
printf '# export SSH_AUTH_SOCK=/home/user/.SSH_AGENT_vault\nexport SSH_AUTH_SOCK=/home/user/mine\n' >$home/.profile
run client qssh doctor
expect 0 'no older Split SSH is in the way'
