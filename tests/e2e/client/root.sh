#!/bin/bash
# SPDX-License-Identifier: ISC
# root's ssh in a client qube is left alone: it logs in with its own key, makes no call, and gets nothing from the
# user's socket.
. "$(dirname "$0")/../../lib/script.sh"

mkdir -p /root/.ssh
ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
run ssh -o BatchMode=yes remote@host id -un
expect 255 'Permission denied'
cat /root/.ssh/id_ed25519.pub >>/home/remote/.ssh/authorized_keys
run ssh -o BatchMode=yes remote@host id -un
expect 0 remote

# sudo -E and su keep the user's SSH_AUTH_SOCK; a login goes on without it.
run env SSH_AUTH_SOCK=$socket ssh -o BatchMode=yes remote@host id -un
expect 0 remote
run env SSH_AUTH_SOCK=$socket ssh-add -l
expect 1
lacks vault
calls 0

# It is said why: in the log, and on ssh's terminal where there is one.
run client qssh log
expect 0 "root's processes are not served with a user's keys: run ssh as the user, or see qssh-proxy(1) for root"
run env SSH_AUTH_SOCK=$socket script -qec 'ssh -o BatchMode=yes remote@host id -un' /dev/null
expect 0 "SSH_AUTH_SOCK is a user's vault, which serves that user alone: run ssh as the user, or see qssh-proxy(1)"
run env SSH_AUTH_SOCK=$socket QSSH_QUIET=1 script -qec 'ssh -o BatchMode=yes remote@host id -un' /dev/null
expect 0 remote
lacks qssh
run env SSH_AUTH_SOCK=$socket ssh -o BatchMode=yes remote@host id -un
equal "$output" remote
