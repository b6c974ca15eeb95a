#!/bin/bash
# SPDX-License-Identifier: ISC
# Three vaults at once, chosen per host in ~/.ssh/config, and one of them by a service argument's policy line.
. "$(dirname "$0")/../../lib/script.sh"

several_vaults work-vault other
run client qssh add work-vault
expect 0 'IdentityAgent ~/.config/qssh/sockets/work-vault' \
    'qubes.SshAgent + ssh-client work-vault ask default_target=work-vault'
client qssh add other
client tee .ssh/config <<'EOF' >/dev/null
Host work
    HostName host
    IdentityAgent ~/.config/qssh/sockets/work-vault
Host private
    HostName host
    IdentityAgent /run/user/%i/qssh/other
Host none
    HostName host
    IdentityAgent none
EOF

for host in work private host; do
	run client ssh -o HostKeyAlias=host remote@$host echo at $host
	expect 0 "at $host"
done
equal "$(awk '{ print $3 }' /run/qubes/calls | tr '\n' ' ')" 'work-vault other @default '
run client ssh -o HostKeyAlias=host remote@none true
expect 255 'Permission denied'
calls 3

run client qssh status
expect 0 'default: the vault that dom0 chooses; listening' 'other: the vault other; listening' \
    'work-vault: the vault work-vault; listening'

# Pins are each socket's own.
client qssh pin work-vault >/dev/null
client qssh pin >/dev/null
client qssh status --json | python3 -c '
import json, sys
sockets = json.load(sys.stdin)["sockets"]
assert [s["socket"] for s in sockets] == ["default", "other", "work-vault"], sockets
assert all(s["listening"] for s in sockets)
pins = [[key["comment"] for key in s.get("pins", [])] for s in sockets]
assert pins == [["ed25519@vault"], [], ["ed25519@work-vault"]], sockets'
run client qssh status
expect 0 'work-vault: the vault work-vault; listening, 1 pinned key confirmed just now:'
