#!/bin/bash
# SPDX-License-Identifier: ISC
# A login waits for the answer at dom0, and gets through with a yes; a no refuses it.
. "$(dirname "$0")/../../lib/script.sh"

policy <<<'qubes.SshAgent + ssh-client @default ask target=vault default_target=vault'
client ssh remote@host id -un >/tmp/out 2>&1 &
ssh=$!
wait_for test -s /run/qubes/calls
sleep 0.3
kill -0 $ssh
answer yes
wait $ssh
equal "$(cat /tmp/out)" remote

answer no
run client ssh remote@host id -un
expect 255 'Permission denied'
calls 2
