#!/bin/bash
# SPDX-License-Identifier: ISC
# Another user who reaches the socket gets nothing: neither the directory lets him in, nor the helper, which makes no
# call for him.
. "$(dirname "$0")/../../lib/script.sh"

run as other SSH_AUTH_SOCK=$socket ssh-add -l
expect 2
chmod 711 /run/user/47001 /run/user/47001/qssh
chmod 666 $socket
# It hears that nobody is there: as an error, or, where that comes before its request, by SIGPIPE.
run as other SSH_AUTH_SOCK=$socket ssh-add -l
[ "$status" = 141 ] || expect 1
lacks vault
run env SSH_AUTH_SOCK=$socket ssh-add -l
expect 1
lacks vault
calls 0
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0 ed25519@vault
wait_for none_running
