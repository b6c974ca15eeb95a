#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh add and remove change the sockets at once and for good, while a live connection goes on; what can't be a vault is
# refused.
. "$(dirname "$0")/../../lib/script.sh"

home=/home/ssh-client
another_vault work-vault
policy <<'RULES'
qubes.SshAgent + ssh-client @default allow target=vault
qubes.SshAgent +github ssh-client work-vault allow
RULES

# A connection that lists before and after.
cat >/root/live.py <<'PROGRAM'
import os, socket, struct, sys, time
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
for wait in ("one", "two", "three"):
    s.sendall(b"\0\0\0\1\x0b")
    size = struct.unpack(">I", s.recv(4, socket.MSG_WAITALL))[0]
    body = s.recv(size, socket.MSG_WAITALL)
    open(os.path.expanduser("~/" + wait), "w").write(str(body[0]))
    while not os.path.exists(os.path.expanduser("~/after-" + wait)):
        time.sleep(0.02)
PROGRAM
cp /root/live.py $home
client python3 live.py $socket &
live=$!
wait_for test -s $home/one

client qssh add work-vault:github
client touch after-one
wait_for test -s $home/two
equal "$(cat $home/two)" 12
client qssh pin work-vault:github || true
run client qssh status
expect 0 'work-vault:github: the vault work-vault, its agent github; listening'

client qssh remove work-vault:github
client touch after-two
wait_for test -s $home/three
equal "$(cat $home/three)" 12
client touch after-three
wait $live
calls 2
[ ! -e /run/user/47001/qssh/work-vault:github ] || fail 'the socket is still there'
run client qssh remove work-vault:github
expect 1 "there is no socket"
run client qssh status
lacks 'work-vault:github work-vault'
equal "$(find $home/.config/systemd $home/.config/qssh -name '*github*')" ''

for name in '' 2vault none 'work vault' work-vault: ../vault vault/x @default vault:a:b 'vault:%t' -x; do
	run client qssh add -- "$name"
	expect 2
done
run client qssh add default
expect 2 'always there' 'qssh enable --vault NAME'
run client qssh add
expect 2 usage
run client qssh add a b
expect 2
long=$(printf 'x%.0s' {1..31}):$(printf 'y%.0s' {1..64})
run client qssh add "$long"
expect 1 'too long for a socket'
run client qssh status
equal "$(grep -c listening <<<"$output")" 1

# Switched off, it is kept for later.
client qssh disable
run client qssh add work-vault
expect 0 'once qssh is switched on: qssh enable'
client qssh enable
run client qssh status
expect 0 'work-vault: the vault work-vault; listening'

# What can't be written is said, and nothing changes.
client qssh remove work-vault
chown root $home/.config/systemd/user
chmod 755 $home/.config/systemd/user
run client qssh add work-vault
expect 1 'user/qssh-to-work-vault.socket' 'Permission denied'
run client env -u HOME qssh add work-vault
expect 1 "$home/.config/systemd/user/qssh-to-work-vault.socket: Permission denied"
run client qssh status
equal "$(grep -c listening <<<"$output")" 1
