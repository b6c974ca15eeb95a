#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh doctor finds nothing wrong with a set-up that works, calls no vault unless told to, and then shows its keys.
. "$(dirname "$0")/../../lib/script.sh"

run client qssh doctor
expect 0 'Nothing is wrong here.' 'SSH_AUTH_SOCK is not set in this shell' 'git signing need it. A new login sets it'
equal "$(grep -c '^wrong' <<<"$output")" 0
calls 0

run client SSH_AUTH_SOCK=$socket qssh doctor --call
expect 0 "the default vault offers $(ssh-keygen -lf /home/vault/.ssh/id_ed25519.pub | cut -d' ' -f2) ed25519@vault"
calls 1

client qssh doctor --json | python3 -c '
import json, sys
lines = json.load(sys.stdin)
assert len(lines) > 6 and {line["result"] for line in lines} <= {"ok", "note"}, lines'

# More vaults, pins, and a Host block that uses them are healthy too.
policy <<'RULES'
qubes.SshAgent + ssh-client @default allow target=vault
qubes.SshAgent + ssh-client work-vault allow
RULES
another_vault work-vault
client qssh add work-vault
client qssh pin work-vault
client tee .ssh/config <<'CONFIG' >/dev/null
Host work
    HostName host
    IdentityAgent /run/user/%i/qssh/work-vault
CONFIG
run client qssh doctor work
expect 0 'for work ssh asks the vault work-vault'
