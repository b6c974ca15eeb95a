#!/bin/bash
# SPDX-License-Identifier: ISC
# From henn's scripts to qssh, by the page's own commands: each step leaves a login, and the last no listener.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/moving.sh"

old_service /etc/qubes-rpc/qubes.SshAgent <<'EOF'
#!/bin/sh

ncat -U $SSH_AUTH_SOCK
EOF
cat >>/rw/config/rc.local <<'EOF'
# Uncomment next line to enable ssh agent forwarding to the named VM
SSH_VAULT_VM="vault"

if [ "$SSH_VAULT_VM" != "" ]; then
	export SSH_SOCK=/tmp/.SSH_AGENT_$SSH_VAULT_VM
	rm -f "$SSH_SOCK"
	sudo -u ssh-client ncat -k -l -U "$SSH_SOCK" -c "qrexec-client-vm $SSH_VAULT_VM qubes.SshAgent" &
fi

EOF
cat >>/home/ssh-client/.bashrc <<'EOF'
if true; then
	alias mine=true
fi
# Append this to ~/.bashrc for ssh-vault functionality

# Set next line to the ssh key vault you want to use
SSH_VAULT_VM="vault"

if [ "$SSH_VAULT_VM" != "" ]; then
	export SSH_AUTH_SOCK=/tmp/.SSH_AGENT_$SSH_VAULT_VM
fi
EOF
printf '[ ! -e ~/.bashrc ] || . ~/.bashrc\n' >/home/ssh-client/.profile
chown ssh-client /home/ssh-client/.{bashrc,profile}
# The stand-in for dom0 reads no policy of Qubes 3.
mkdir -p /etc/qubes-rpc/policy
echo "\$anyvm \$anyvm ask" >/etc/qubes-rpc/policy/qubes.SshAgent
policy <<<'qubes.SshAgent * @anyvm @anyvm ask'
answer yes
restart_client
wait_for test -S /tmp/.SSH_AGENT_vault
login_by old

page "FROM HENN'S SCRIPTS" ssh-vault=vault
follow template
login_by old
run vault qssh-vault log
expect 0 'client=ssh-client' 'verdict=allow' 'user=remote'

policy </dev/null
follow policy
follow dom0
[ ! -e /etc/qubes-rpc/policy/qubes.SshAgent ] || fail 'the old policy is still there'
login_by old

follow client
restart_client
login_by new
run cat /home/ssh-client/.bashrc
expect 0 'alias mine=true'
lacks 'SSH_AUTH_SOCK='
run client bash -n .bashrc
expect 0
run client qssh doctor
expect 0 'no older Split SSH is in the way'
followed
