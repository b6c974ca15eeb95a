#!/bin/bash
# SPDX-License-Identifier: ISC
# A rule's pattern does not see hashed names: `check`, the list's record and the refusal's reason say so, with the
# command that adds a readable one.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
notifications plain
witness
host_start web.corp.example 2222
printf 'web.corp.example,192.0.2.1 %s\n' "$(cut -d' ' -f1,2 /run/world/host_key.2222.pub)" | vault tee .ssh/known_hosts >/dev/null
vault ssh-keygen -q -H -f .ssh/known_hosts >/dev/null 2>&1
vault rm .ssh/known_hosts.old
fingerprint=$(ssh-keygen -lf /run/world/host_key.2222.pub | cut -d' ' -f2)
rules <<'EOF2'
allow ssh-client to *.corp.example
EOF2
run vault qssh-vault check
expect 3 "rules:1: a pattern doesn't see hashed names, and 1 host key" 'qssh-vault trust FINGERPRINT NAME'
run vault qssh-vault check --client ssh-client --to remote@web.corp.example
expect 1 'hashed' 'qssh-vault trust HOSTKEY NAME'
run client ssh -p 2222 remote@web.corp.example id -un
expect 255
run vault script -qec 'qssh-vault log' /dev/null
expect 0 "list, answered: 0 of 1 key; host $fingerprint's name is hashed, unseen by patterns: qssh-vault trust $fingerprint NAME"
notified 1
run notice 1 body
expect 0 'hashed' "qssh-vault trust $fingerprint NAME"

# The way out.
run vault qssh-vault trust "$fingerprint" web.corp.example
expect 0 "added: $fingerprint"
run vault qssh-vault check
expect 0 'in order'
run vault qssh-vault check --client ssh-client --to remote@web.corp.example
expect 0 'allow: '
run client ssh -p 2222 remote@web.corp.example id -un
expect 0 remote
