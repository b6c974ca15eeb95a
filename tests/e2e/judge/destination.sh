#!/bin/bash
# SPDX-License-Identifier: ISC
# A rule's key logs in where the rule says and nowhere else: at another host it is not even listed, and another user is
# refused.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
host_start elsewhere 2222
host_name elsewhere 2222
rules <<'EOF2'
allow ssh-client key ~/.ssh/id_ed25519.pub to remote@host
EOF2
run client ssh remote@host id -un
expect 0 remote
run signatures
expect 0 'verdict=allow rule=1' 'user=remote host=proven to=host hostkey=SHA256:'

run client ssh -v -p 2222 remote@elsewhere id -un
expect 255 'Permission denied'
lacks 'Offering public key'
install -d -o other /home/other/.ssh
install -o other /home/remote/.ssh/authorized_keys /home/other/.ssh/
run client ssh other@host id -un
expect 255
run refusals
expect 0 'user=other host=proven to=host' 'no\x20rule\x20matches'
equal "$(signatures | wc -l)" 1

# By any of the names that the vault has for the host key, with and without case, and by its port.
rules <<'EOF2'
allow ssh-client to remote@[ELSEWHERE]:2222
EOF2
run client ssh -p 2222 remote@elsewhere id -un
expect 0 remote
run client ssh remote@host id -un
expect 255
