#!/bin/bash
# SPDX-License-Identifier: ISC
# A vault of a socket for several whose keys are not pinned is left out, and status, doctor and the terminal say so.
. "$(dirname "$0")/../../lib/script.sh"

several_vaults work-vault
all=/run/user/47001/qssh/all
client qssh add all=work-vault,default

run client SSH_AUTH_SOCK=$all script -qec 'ssh-add -l' /dev/null
expect 1 'The agent has no identities.' \
    'no key is pinned for any vault of all, so none is offered: qssh pin all'
calls 0
run client qssh doctor
expect 1 'no key of work-vault is pinned, so the socket all offers none of it' 'qssh pin work-vault' \
    'no key of default is pinned' 'qssh pin default'

client qssh pin work-vault
calls 1
run client SSH_AUTH_SOCK=$all ssh-add -l
expect 0 ed25519@work-vault
lacks ed25519@vault
run client qssh status
expect 0 '  work-vault: the vault work-vault, 1 pinned key confirmed' \
    '  default: the vault that dom0 chooses, left out, since no key of it is pinned: qssh pin default'
run client qssh doctor
lacks 'no key of work-vault'
client qssh pin default
run client qssh doctor
lacks 'is pinned, so the socket'
