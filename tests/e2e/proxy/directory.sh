#!/bin/bash
# SPDX-License-Identifier: ISC
# A socket directory that is not ours alone ends ssh with an error that says so, before it can ask the agent in there.
. "$(dirname "$0")/../../lib/proxy.sh"

directory=/home/ssh-client/.ssh
# TEXT: ssh says it, and connects to nothing.
refused()
{
	for form in passed relayed; do
		run client ssh -F $form remote@host id -un
		expect 255 "$1"
		run client ssh -F $form -p 2 remote@host id -un
		expect 255 "$1"
		lacks 'Connection refused'
	done
}

rm -rf $sockets
install -d -m 700 -o other $sockets
refused "$sockets is not ours"

rm -rf $sockets
install -d -m 777 -o other $sockets
refused "$sockets belongs to user 47004: remove it"

rm -rf $sockets
install -d -m 770 -o ssh-client $sockets
refused "$sockets has mode 0770"

rm -rf $sockets
install -d -m 700 -o ssh-client /tmp/planted
ln -s /tmp/planted $sockets
refused "$sockets is a symbolic link"

rm $sockets
touch $sockets
refused "$sockets is a file, not a directory"
rm $sockets

chmod 770 $directory
refused "$directory has mode 0770"
chmod 700 $directory

# An agent that waits in a planted one is never asked.
name=$(printf 'ssh-clienthost22remote' | sha1sum | cut -d' ' -f1)
ln -s /tmp/planted $sockets
: >$heard
chown ssh-client $heard
client python3 /tests/lib/fakeagent.py "/tmp/planted/$name" $heard record &
wait_for test -S "/tmp/planted/$name"
refused 'is a symbolic link'
equal "$(cat $heard)" ''
rm $sockets

# A home so deep that the socket's path does not fit is an error, not a cut path.
deep=/home/$(printf 'd%.0s' {1..60})
sed -i "s,:/home/ssh-client:,:$deep:," /etc/passwd
install -d -m 700 -o ssh-client "$deep" "$deep/.ssh"
run client ssh -F passed -o ControlPath=none remote@host id -un
expect 255 'too long for a socket'
calls 0
idle
