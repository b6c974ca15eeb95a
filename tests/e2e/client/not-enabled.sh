#!/bin/bash
# SPDX-License-Identifier: ISC
# A qube where qssh is installed and not switched on is left alone: no socket, and ssh uses its own keys as ever.
. "$(dirname "$0")/../../lib/script.sh"

client systemctl --user stop qssh.socket
client rm .config/qssh/enabled
run client systemctl --user start qssh.socket
run client test -S $socket
expect 1

client ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519
cat /home/ssh-client/.ssh/id_ed25519.pub >>/home/remote/.ssh/authorized_keys
run client ssh remote@host id -un
expect 0 remote
calls 0

mkdir -p /run/qubes-service
touch /run/qubes-service/qssh
client systemctl --user start qssh.socket
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0 ed25519@vault
