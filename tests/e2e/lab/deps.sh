#!/bin/bash
# SPDX-License-Identifier: ISC
# What building and testing need is named in one sentence, soon, where it can't be had: no name server that answers, no
# sudo, a plain chroot.
. "$(dirname "$0")/../../lib/script.sh"

# A name server that takes questions and never answers.
sed -i 's/^hosts:.*/hosts: dns/' /etc/nsswitch.conf
rm -f /etc/resolv.conf
echo 'nameserver 127.0.0.1' >/etc/resolv.conf
python3 -c 'import signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 53))
signal.pause()' &

printf '%s\n' '/nowhere/one cowsay' '/nowhere/two fortune-mod fortunes' 'sh dash' >/tmp/needs
begin=$SECONDS
run /tests/lib/deps /tmp/needs
expect 1 'No package archive can be reached' 'are missing: cowsay fortune-mod'
lacks dash
[ $((SECONDS - begin)) -lt 60 ] || fail "it took $((SECONDS - begin)) s"
equal "$(wc -l <<<"$output")" 1

mv /usr/bin/sudo /tmp/ 2>/dev/null || true
run client /tests/lib/deps /tmp/needs
expect 1 'needs root, or sudo' cowsay
run client /tests/lib/world check
expect 1 'need root, or sudo'

# Nothing is missing, nothing is asked of anybody.
echo 'sh dash' >/tmp/needs
run client /tests/lib/deps /tmp/needs
expect 0
equal "$output" ''

# A chroot is no place for a world, and the kernel's words do not say why.
mkdir -p /run/chroot/{usr,tests,proc}
mount --bind /usr /run/chroot/usr
mount --bind /tests /run/chroot/tests
mount -t proc proc /run/chroot/proc
for name in bin sbin lib lib64; do
	ln -s usr/$name /run/chroot/$name
done
run chroot /run/chroot /tests/lib/world check
expect 1 'as in a plain chroot' 'mount --bind'
equal "$(wc -l <<<"$output")" 1
