#!/bin/bash
# SPDX-License-Identifier: ISC
# What qssh doctor finds wrong has its reason with it, and the right one, also where a program that it asks says nothing
# and where a file can't be read.
. "$(dirname "$0")/../../lib/script.sh"
. /tests/lib/doctor.sh

home=/home/ssh-client
cat >/tests/bin/systemctl <<'PROGRAM'
#!/bin/sh
[ "$2" != show ] || exit 1
exec /usr/bin/systemctl "$@"
PROGRAM
chmod 755 /tests/bin/systemctl
found 'systemctl does not tell the state of qssh.socket: it failed' 'systemctl --user status'
rm /tests/bin/systemctl
mended

client sh -c "echo 'Match exec \"kill -9 \$PPID\"' >.ssh/config"
found "'ssh -G any.invalid' ended with status 137 and said nothing" 'run it yourself'
client rm .ssh/config
mended

mv /usr/bin/qrexec-client-vm /usr/bin/qrexec-client-vm.away
echo '#!/nonexistent' >/usr/bin/qrexec-client-vm
chmod 755 /usr/bin/qrexec-client-vm
found "'/usr/bin/qrexec-client-vm --help' gave no answer: No such file or directory" 'run it yourself'
mv /usr/bin/qrexec-client-vm.away /usr/bin/qrexec-client-vm
mended

# The default vault's name: each verb, and the terminal of a login.
client sh -c 'echo vault >.config/qssh/vault'
chown root $home/.config/qssh/vault
chmod 600 $home/.config/qssh/vault
# shellcheck disable=SC2088
reason="~/.config/qssh/vault can't be read: Permission denied"
found "the default vault can't be told: $reason" 'qssh enable --vault NAME'
for verb in status pin enable; do
	run client qssh $verb
	expect 1 "qssh $verb: $reason"
done
run client script -qec 'ssh remote@host true' /dev/null
expect 255 "qssh: $reason"
calls 0
doctor_done
