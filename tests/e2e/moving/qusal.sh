#!/bin/bash
# SPDX-License-Identifier: ISC
# From qusal's sys-ssh-agent to qssh, by the page's own commands: each step leaves a login, and the last no listener.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/moving.sh"

dir=/home/vault/.ssh/identities.d/work
install -d -o vault -m 700 /tmp/qusal-ssh-agent /home/vault/.ssh/identities.d $dir
mv /home/vault/.ssh/id_ed25519 /home/vault/.ssh/id_ed25519.pub $dir
rm /home/vault/.ssh/id_*
old_service /etc/qubes-rpc/qusal.SshAgent <<'EOF'
#!/bin/sh
exec socat STDIO "UNIX-CLIENT:/tmp/qusal-ssh-agent/$QREXEC_SERVICE_ARGUMENT.sock"
EOF
cat >>/rw/config/rc.local <<'EOF'
sudo -u ssh-client mkdir -p -m 700 /tmp/qusal-ssh-agent-forwarder
sudo -u ssh-client sh -c "umask 0177 && exec socat 'UNIX-LISTEN:/tmp/qusal-ssh-agent-forwarder/work.sock,unlink-early,fork' EXEC:'qrexec-client-vm -- @default qusal.SshAgent+work'" &
EOF
cat >>/home/ssh-client/.profile <<'EOF'
export SSH_AUTH_SOCK=/tmp/qusal-ssh-agent-forwarder/work.sock;
SSH_AGENT_PID="$(pgrep -f "/tmp/qusal-ssh-agent-forwarder/work.sock")";
EOF
cat >>/home/ssh-client/.ssh/config <<'EOF'
Host host
	IdentityAgent /tmp/qusal-ssh-agent-forwarder/work.sock
EOF
chown ssh-client /home/ssh-client/.ssh/config /home/ssh-client/.profile
vault ssh-agent -D -a /tmp/qusal-ssh-agent/work.sock >/dev/null 2>&1 &
wait_for test -S /tmp/qusal-ssh-agent/work.sock
vault SSH_AUTH_SOCK=/tmp/qusal-ssh-agent/work.sock ssh-add -q $dir/id_ed25519
policy <<'EOF'
qusal.SshAgent +work ssh-client @default allow target=vault
qusal.SshAgent +work @anyvm @anyvm deny
EOF
restart_client
wait_for test -S /tmp/qusal-ssh-agent-forwarder/work.sock
login_by old

page "FROM QUSAL'S SYS-SSH-AGENT"
follow template
login_by old
follow dom0
login_by old
follow client
restart_client
login_by new
run vault qssh-vault log
expect 0 'client=ssh-client' 'arg=work' 'user=remote'
run cat /home/ssh-client/.ssh/config /home/ssh-client/.profile
expect 0 'IdentityAgent ~/.config/qssh/sockets/default:work'
lacks qusal-
run client qssh doctor
expect 0 'no older Split SSH is in the way'
follow dom0
run cat /etc/qubes/policy.d/30-user.policy
lacks qusal
login_by new
followed
