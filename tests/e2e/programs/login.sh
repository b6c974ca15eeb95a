#!/bin/bash
# SPDX-License-Identifier: ISC
# ssh logs in through the installed drop-in with a key that only the vault has, and the vault records it.
. "$(dirname "$0")/../../lib/script.sh"

run client ls /home/vault
expect 2 'Permission denied'
run client ls .ssh/id_ed25519
expect 2

run client ssh remote@host id -un
expect 0 remote
equal "$output" remote
calls 1

record=/home/vault/.local/state/qssh/record/ssh-client/signatures
run cat $record
expect 0 client=ssh-client purpose=login user=remote "key=$(ssh-keygen -lf /home/vault/.ssh/id_ed25519.pub | cut -d' ' -f2)"
equal "$(wc -l <$record)" 2
equal "$(stat -c '%U %a' $record)" 'vault 600'
