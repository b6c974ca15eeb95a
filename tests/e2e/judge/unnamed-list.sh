#!/bin/bash
# SPDX-License-Identifier: ISC
# A login whose keys were all hidden since the host has no name here: the terminal, the record and one notification say
# so, with the command that names it. Where no rule gives the qube a key, the record says that.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
notifications plain
witness
host_start nowhere 2222
fingerprint=$(ssh-keygen -lf /run/world/host_key.2222.pub | cut -d' ' -f2)
rules <<'EOF2'
allow ssh-client to *
EOF2
run client script -qec 'ssh -p 2222 remote@nowhere id -un' /dev/null
expect 255 'listed no key for this host; its record says why'
run vault script -qec 'qssh-vault log' /dev/null
expect 0 "list, answered: 0 of 1 key; host $fingerprint has no name here: qssh-vault trust $fingerprint NAME"
notified 1
run notice 1 body
expect 0 "qssh-vault trust $fingerprint NAME"
run client ssh -p 2222 remote@nowhere id -un
expect 255
notified 1

# What the record says is what to do.
run vault qssh-vault trust "$fingerprint" nowhere
expect 0
run client ssh -p 2222 remote@nowhere id -un
expect 0 remote
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'list, answered'

rules <<'EOF2'
allow ssh-client to host
allow work
EOF2
run client ssh -p 2222 remote@nowhere id -un
expect 255
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'list, answered: 0 of 1 key; no rule gives this qube a key for nowhere'
rules <<'EOF2'
allow work
EOF2
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 1
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'list, answered: 0 of 1 key; no rule gives this qube a key'$'\r'
