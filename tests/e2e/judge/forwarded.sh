#!/bin/bash
# SPDX-License-Identifier: ISC
# `forwarded no` keeps a key from remote hosts that were let in by ssh -A; `forwarded yes` is for them.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
host_start next 2222
host_name next 2222
printf '[next]:2222 %s\n' "$(cut -d' ' -f1,2 /run/world/host_key.2222.pub)" >>/home/remote/.ssh/known_hosts
chown remote /home/remote/.ssh/known_hosts
rules <<'EOF2'
allow ssh-client to remote@host forwarded no
allow ssh-client to remote@[next]:2222 forwarded no
EOF2
run client ssh -A remote@host ssh -p 2222 remote@localhost -o HostKeyAlias=next id -un
expect 255
run client ssh -p 2222 remote@next id -un
expect 0 remote
rules <<'EOF2'
allow ssh-client to remote@host forwarded no
allow ssh-client to remote@[next]:2222 forwarded yes
EOF2
run client ssh -A remote@host ssh -o HostKeyAlias='[next]:2222' -p 2222 remote@localhost id -un
expect 0 remote
run signatures
expect 0 forwarded=no forwarded=yes
