#!/bin/bash
# SPDX-License-Identifier: ISC
# Where Split SSH is on and ssh does not get to the vault's socket, a login goes on with ssh's own keys or a password,
# and one line on its terminal says so: with systemd's user manager gone or killed, a read-only home, and no room in
# /run.
. "$(dirname "$0")/../../lib/script.sh"
. /tests/lib/doctor.sh

line="qssh: ssh does not get to the vault's socket and goes on without it; 'qssh doctor' says why"
home=/home/ssh-client
client ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519
cat $home/.ssh/id_ed25519.pub >>/home/remote/.ssh/authorized_keys

# login [WORD...]: with ssh's own key, on a terminal.
login()
{
	run client "$@" script -qec 'ssh remote@host id -un' /dev/null
	expect 0 remote
}

# told [NAME=VALUE]: once, and the login works.
told()
{
	login "$@"
	expect 0 "$line"
	equal "$(wc -l <<<"$output")" 2
}

silent()
{
	login "$@"
	equal "$(tr -d '\r' <<<"$output")" remote
}

silent A=B
calls 1
client systemctl --user stop qssh.socket
told A=B
told SSH_AUTH_SOCK=$socket
# As Fedora has it, all files are read twice.
echo 'Match final all' >/etc/ssh/ssh_config.d/50-redhat.conf
told A=B
rm /etc/ssh/ssh_config.d/50-redhat.conf
run client script -qec 'ssh -J remote@elsewhere remote@host id -un' /dev/null
expect 0 remote "$line"
equal "$(grep -c qssh <<<"$output")" 1

# By a password, too.
sed -i "s,^remote:[^:]*,remote:$(perl -e 'print crypt("word", q($6$salt$))')," /etc/shadow
$(command -v sshd) -o PasswordAuthentication=yes -p 2222
printf '#!/bin/sh\necho word\n' >$home/askpass
chmod 755 $home/askpass
run client SSH_ASKPASS=$home/askpass SSH_ASKPASS_REQUIRE=force script -qec \
    'ssh -p 2222 -o HostKeyAlias=host -o IdentityFile=/dev/null remote@host id -un' /dev/null
expect 0 remote "$line"

# Only where it is of use.
run client ssh remote@host id -un
equal "$output" remote
silent QSSH_QUIET=1
silent SSH_AUTH_SOCK=/run/mine
client mkdir .ssh/qssh
silent A=B
client rmdir .ssh/qssh
client mv .config/qssh/enabled .config/qssh/off
silent A=B
mkdir -p /run/qubes-service
touch /run/qubes-service/qssh
told A=B
rm /run/qubes-service/qssh
client mv .config/qssh/off .config/qssh/enabled

# In a home where systemd can't make the link, doctor says so.
mount --bind $home $home
mount -o remount,bind,ro $home
client systemctl --user start qssh.socket
told A=B
silent SSH_AUTH_SOCK=$socket
found "sockets/default does not lead to the vault's socket" 'writable'
umount $home
client systemctl --user restart qssh.socket
silent A=B

# No room in /run: calls are made, and may not be kept.
mount -o remount,size=$(($(df -k --output=used /run | tail -n 1) + 512))k /run
{ cat /dev/zero >/run/filler; } 2>/dev/null || true
silent A=B
for verb in status log; do
	run client qssh $verb
	expect 0 "qssh $verb: /run/user/47001 is full, so calls may not be kept"
	lacks 'made no call'
done
found '/run/user/47001 is full' 'delete what fills it'
rm /run/filler
mended

# The manager ends, or is killed and leaves its socket's name.
pkill -KILL -u ssh-client -f 'systemd --user'
wait_for eval '! client systemctl --user show-environment'
[ -S $socket ] || fail 'the name is gone'
told A=B
told SSH_AUTH_SOCK=$socket
rm $socket
told SSH_AUTH_SOCK=$socket
doctor_done
