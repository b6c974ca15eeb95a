#!/bin/bash
# SPDX-License-Identifier: ISC
# A key that two vaults of a socket have is listed once, and the vault that was named first signs with it, as
# `qssh status` says.
. "$(dirname "$0")/../../lib/script.sh"

several_vaults work-vault
install -o work-vault -m 600 /home/vault/.ssh/id_ed25519 /home/work-vault/shared
as work-vault SSH_AUTH_SOCK="/run/user/$(id -u work-vault)/agent" ssh-add -q shared
client qssh add all=work-vault,default
client qssh pin all
run client SSH_AUTH_SOCK=/run/user/47001/qssh/all ssh-add -l
expect 0
equal "$(grep -c . <<<"$output")" 2
run client qssh status
expect 0 'vault (ssh-ed25519); work-vault is called for it'
equal "$(grep -c 'is called for it$' <<<"$output")" 1
run client qssh status --json
equal "$(grep -o '"called":"[^"]*"' <<<"$output")" '"called":"work-vault"'
cp /home/vault/.ssh/id_ed25519.pub /home/remote/.ssh/authorized_keys
calls 2
client ssh -o IdentityAgent=/run/user/47001/qssh/all remote@host true
equal "$(tail -n +3 /run/qubes/calls | cut -d' ' -f3)" work-vault

client qssh add all=default,work-vault
client ssh -o IdentityAgent=/run/user/47001/qssh/all remote@host true
equal "$(tail -n +4 /run/qubes/calls | cut -d' ' -f3)" @default
