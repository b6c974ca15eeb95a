#!/bin/bash
# SPDX-License-Identifier: ISC
# From the forum guide's scripts to qssh, by the page's own commands: each step leaves a login, and the last no
# listener.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/moving.sh"

old_service /etc/qubes-rpc/qubes.SshAgent <<'EOF'
#!/bin/sh
# Qubes App Split SSH Script

# safeguard - Qubes notification bubble for each ssh request
notify-send "[$(qubesdb-read /name)] SSH agent access from: $QREXEC_REMOTE_DOMAIN"

# SSH connection
socat - "UNIX-CONNECT:$SSH_AUTH_SOCK"
EOF
cat >>/rw/config/rc.local <<'EOF'
#!/bin/sh
echo kept >/run/world/rc-local

# SPLIT SSH CONFIGURATION >>>
# replace "vault" with your AppVM name which stores the ssh private key(s)
SSH_VAULT_VM="vault"

if [ "$SSH_VAULT_VM" != "" ]; then
  export SSH_SOCK="/home/ssh-client/.SSH_AGENT_$SSH_VAULT_VM"
  rm -f "$SSH_SOCK"
  sudo -u ssh-client /bin/sh -c "umask 177 && exec socat 'UNIX-LISTEN:$SSH_SOCK,fork' 'EXEC:qrexec-client-vm $SSH_VAULT_VM qubes.SshAgent'" &
fi
# <<< SPLIT SSH CONFIGURATION
EOF
cat >>/home/ssh-client/.bashrc <<'EOF'
alias mine=true
# SPLIT SSH CONFIGURATION >>>
# replace "vault" with your AppVM name which stores the ssh private key(s)
SSH_VAULT_VM="vault"

if [ "$SSH_VAULT_VM" != "" ]; then
  export SSH_AUTH_SOCK="/home/ssh-client/.SSH_AGENT_$SSH_VAULT_VM"
fi
# <<< SPLIT SSH CONFIGURATION
EOF
printf '[ ! -e ~/.bashrc ] || . ~/.bashrc\n' >/home/ssh-client/.profile
chown ssh-client /home/ssh-client/.{bashrc,profile}
vault mkdir -p .config/autostart
vault sh -c "printf '[Desktop Entry]\nName=ssh-add\nExec=ssh-add -c\nType=Application\n' >.config/autostart/ssh-add.desktop"
echo 'qubes.SshAgent * ssh-client vault ask target=vault' >/etc/qubes/policy.d/50-ssh.policy
answer yes
restart_client
wait_for test -S /home/ssh-client/.SSH_AGENT_vault
login_by old

page 'FROM THE FORUM GUIDE'
follow template
login_by old
run vault qssh-vault log
expect 0 'client=ssh-client' 'verdict=allow' 'user=remote'

follow client
restart_client
login_by new
run cat /run/world/rc-local /home/ssh-client/.bashrc
expect 0 kept 'alias mine=true'
lacks SSH_VAULT_VM
run client qssh doctor
expect 0 'no older Split SSH is in the way'

rm /etc/qubes/policy.d/50-ssh.policy
follow policy
login_by new
follow vault
login_by new
followed
