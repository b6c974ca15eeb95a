#!/bin/bash
# SPDX-License-Identifier: ISC
# After a login that was offered no key, since its host has no name in the vault, doctor says so on both sides until a
# login is offered one again.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
host_start nowhere 2222
fingerprint=$(ssh-keygen -lf /run/world/host_key.2222.pub | cut -d' ' -f2)
rules <<'RULES'
allow ssh-client to *
RULES
run client qssh doctor
expect 0
lacks 'listed no key'
run client ssh -p 2222 remote@nowhere true
expect 255
run client qssh doctor
expect 0 "the default vault listed no key for a login's host. Perhaps the host has no name there" 'qssh-vault trust'
run vault qssh-vault doctor
expect "$status" "this vault has no name for 1 host key; the last one, $fingerprint, came from ssh-client" \
    "qssh-vault trust $fingerprint NAME"

vault qssh-vault trust "$fingerprint" nowhere
run vault qssh-vault doctor
lacks 'has no name for'
run client ssh -p 2222 remote@nowhere id -un
expect 0 remote
run client qssh doctor
expect 0
lacks 'listed no key'
