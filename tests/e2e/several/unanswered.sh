#!/bin/bash
# SPDX-License-Identifier: ISC
# Of several vaults on one socket, one that dom0 refuses or that hangs is named at the terminal and costs one key: the
# others list theirs, and sign.
. "$(dirname "$0")/../../lib/script.sh"

several_vaults work-vault
client qssh add all=work-vault,default
client qssh pin all
printf 'Host *\n    IdentityAgent ~/.config/qssh/sockets/all\n' | client tee .ssh/config >/dev/null

policy <<<'qubes.SshAgent + ssh-client @default allow target=vault'
run client SSH_AUTH_SOCK=/run/user/47001/qssh/all ssh-add -l
expect 0 ed25519@work-vault ed25519@vault
run client script -qec 'ssh remote@host echo by the other' /dev/null
expect 0 'dom0 refused the call to work-vault' 'by the other'
lacks 'the default vault'
run client qssh log
expect 0 'all, work-vault: dom0 refused the call to work-vault' 'all, @default: answered'

client systemctl --user set-environment QSSH_TIMEOUT=1
policy <<'RULES'
qubes.SshAgent + ssh-client @default allow target=vault
qubes.SshAgent + ssh-client work-vault ask default_target=work-vault
RULES
rm -f /run/qubes/answer
run client script -qec 'ssh remote@host echo by the other' /dev/null
expect 0 'work-vault did not answer in time' 'by the other'
run client qssh status
expect 0 'all: the first of these vaults that has the key is called for a signature; listening:' \
    '  work-vault: the vault work-vault, 1 pinned key'
