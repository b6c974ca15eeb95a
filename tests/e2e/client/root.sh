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
