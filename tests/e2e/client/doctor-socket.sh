#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh doctor says one thing for one fault of the sockets and their units, with what mends it.
. "$(dirname "$0")/../../lib/script.sh"
. /tests/lib/doctor.sh

home=/home/ssh-client
units=$home/.config/systemd/user
client qssh add work-vault:a+b >/dev/null
unit='qssh-to-work-vault:a\x2bb.socket'
mended

rm $home/.config/qssh/enabled
client systemctl --user stop qssh.socket
found 'Split SSH is switched off' 'qvm-service --enable QUBE qssh, and restart this qube'
client qssh enable
mended

client systemctl --user stop qssh.socket
found 'the socket unit of default is not started' 'qssh enable'
client qssh enable
mended
client systemctl --user stop "$unit"
found 'the socket unit of work-vault:a+b is not started' 'qssh add work-vault:a+b'
client qssh add work-vault:a+b
mended

rm /run/user/47001/qssh/default
found 'its name is gone' 'systemctl --user restart qssh.socket'
client systemctl --user restart qssh.socket
mended

chmod 755 /run/user/47001/qssh
run client qssh doctor
expect 1 'is open to others: mode 755' 'chmod 700 /run/user/47001/qssh'
chmod 700 /run/user/47001/qssh
mended

# A unit that systemd has not read, or not as it is now.
sed 's/work-vault:a+b/more/' "$units/$unit" | client tee "$units/qssh-to-more.socket" >/dev/null
found 'the socket unit of more' 'qssh add more'
rm "$units/qssh-to-more.socket"
client systemctl --user daemon-reload
mended
client mkdir -p $units/qssh.socket.d
client sh -c "printf '[Socket]\nBacklog=17\n' >$units/qssh.socket.d/own.conf"
run client qssh doctor
# systemd 252 does not tell of a new drop-in.
[ "$status" = 0 ] || expect 1 'changed since systemd read it' 'daemon-reload' '1 thing is wrong'
client systemctl --user daemon-reload
client systemctl --user restart qssh.socket
touch -d '1 minute' $units/qssh.socket.d/own.conf
found 'the socket unit of default was changed since systemd read it' \
    'systemctl --user daemon-reload; systemctl --user restart'
client sh -c "printf '[Socket]\nListenStream=%%t/qssh/more\n' >$units/qssh.socket.d/own.conf"
client systemctl --user daemon-reload
found 'systemd refuses a line in the socket unit of default' 'journalctl --user -b'
rm -r $units/qssh.socket.d
client systemctl --user daemon-reload
client qssh enable
mended

client systemctl --user stop qssh.socket
client systemctl --user mask --runtime qssh.socket
found 'the socket unit of default is masked' 'systemctl --user unmask qssh.socket'
client systemctl --user unmask --runtime qssh.socket
client qssh enable
mended

mv /usr/lib/qssh/qssh-client /usr/lib/qssh/qssh-client.away
found "can't be executed" 'install qssh again'
mv /usr/lib/qssh/qssh-client.away /usr/lib/qssh/qssh-client
mended

client systemctl --user exit
wait_for eval '! client systemctl --user show-environment'
run client qssh doctor
expect 1 "systemd's user manager does not answer" 'qssh proxy'
doctor_done
