#!/bin/bash
# SPDX-License-Identifier: ISC
# A vault without a session and without a user manager, in the environment that qrexec then gives: agents start, keys
# without a passphrase load, and what would need a person is refused, with a reason in the record.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
vault_bare
vault_key ci plain
vault_key ci locked -N secret
vault_key ci confirmed
echo -c | vault tee $keydir/ci/confirmed.ssh-add-option >/dev/null
client qssh add vault:ci
policy <<<'qubes.SshAgent * ssh-client @anyvm allow target=vault'

run client ssh remote@host id -un
expect 0 remote
run list vault:ci
expect 0 ci/plain ci/confirmed
lacks ci/locked
run cat $loads
expect 0 'reason=~/.ssh/identities.d/ci/locked:\x20it\x20wants\x20a\x20passphrase,\x20and\x20there\x20is\x20no\x20session'

# Confirmation has nobody to ask.
run client ssh -o IdentityAgent=/run/user/47001/qssh/vault:ci -o IdentitiesOnly=yes -i <(cat $keydir/ci/confirmed.pub) remote@host id -un
expect 255 'Permission denied'
