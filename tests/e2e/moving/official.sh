#!/bin/bash
# SPDX-License-Identifier: ISC
# From Qubes' split-ssh package to qssh, by the page's own commands: each step leaves a login, and the last no listener.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/moving.sh"

# As the package does: an agent and a forwarder for each name, here by the drop-ins that start them.
dir=/home/vault/.ssh/identities.d/work
mkdir -p /usr/lib/split-ssh /run/split-ssh
install -d -o vault -m 700 /run/split-ssh /home/vault/.ssh/identities.d $dir
mv /home/vault/.ssh/id_ed25519 /home/vault/.ssh/id_ed25519.pub $dir
rm /home/vault/.ssh/id_*
old_service /etc/qubes-rpc/qubes.SshAgent <<'EOF'
#!/bin/sh
exec socat STDIO "UNIX-CONNECT:/run/split-ssh/$QREXEC_SERVICE_ARGUMENT.sock"
EOF
cat >/etc/profile.d/qubes-ssh.sh <<'EOF'
[ ! -s /rw/config/split-ssh-default-agent ] ||
	export SSH_AUTH_SOCK="$HOME/.split-ssh/$(cat /rw/config/split-ssh-default-agent).sock"
EOF
old_package qubes-split-ssh /etc/qubes-rpc/qubes.SshAgent /etc/profile.d/qubes-ssh.sh
echo vault >/rw/config/split-ssh-vault
echo work >/rw/config/split-ssh-default-agent
cat >/rw/config/rc.local.d/50-split-ssh.rc <<'EOF'
sudo -u ssh-client mkdir -p -m 700 /home/ssh-client/.split-ssh
rm -f /home/ssh-client/.split-ssh/work.sock
sudo -u ssh-client sh -c "umask 0177 && exec socat 'UNIX-LISTEN:/home/ssh-client/.split-ssh/work.sock,fork' EXEC:'qrexec-client-vm vault qubes.SshAgent+work'" &
EOF
cat >>/home/ssh-client/.ssh/config <<'EOF'
Host host
	IdentityAgent ~/.split-ssh/work.sock
EOF
chown ssh-client /home/ssh-client/.ssh/config
vault ssh-agent -D -a /run/split-ssh/work.sock >/dev/null 2>&1 &
wait_for test -S /run/split-ssh/work.sock
vault SSH_AUTH_SOCK=/run/split-ssh/work.sock ssh-add -q $dir/id_ed25519
policy <<<'qubes.SshAgent +work ssh-client vault allow'
echo 'qubes.SshAgent * @anyvm @anyvm deny' >/etc/qubes/policy.d/90-qubes-split-ssh.policy
restart_client
wait_for test -S /home/ssh-client/.split-ssh/work.sock
login_by old

page "FROM QUBES' SPLIT-SSH PACKAGE"
follow template
# A client in another template: the forwarder goes on.
login_by old
run vault qssh-vault log
expect 0 'client=ssh-client' 'verdict=allow' 'user=remote'
# The vault's own drop-in; the client, here of the same files, keeps its own.
cp -a /rw/config/rc.local.d /run/world/
follow vault
[ ! -e /rw/config/rc.local.d/50-split-ssh.rc ] || fail 'the vault still starts its agent'
cp -a /run/world/rc.local.d /rw/config/
follow client
restart_client
login_by new
run cat /home/ssh-client/.ssh/config
expect 0 'IdentityAgent ~/.config/qssh/sockets/vault:work'
run client qssh doctor
expect 0 'no older Split SSH is in the way'
followed
