#!/bin/bash
# SPDX-License-Identifier: ISC
# Through ssh -A the far end uses the keys of several vaults: each vault hears both binds of its login, the forwarding
# one first, and of no login by another's key.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

several_vaults work-vault
rules <<<'allow ssh-client'
as work-vault mkdir -p .config/qssh
echo 'allow ssh-client' | as work-vault tee .config/qssh/rules >/dev/null
client qssh add all=default,work-vault
client qssh pin all
calls 2
cp /etc/ssh/ssh_known_hosts /home/remote/.ssh/known_hosts
chown remote /home/remote/.ssh/known_hosts

# The first hop by the default vault's key, the second by the other's.
cp /home/vault/.ssh/id_ed25519.pub /home/remote/.ssh/authorized_keys
run client ssh -A -o IdentityAgent=/run/user/47001/qssh/all remote@host \
    "echo '$(cat /home/work-vault/.ssh/id_ed25519.pub)' >.ssh/authorized_keys; ssh remote@elsewhere echo two hops"
expect 0 'two hops'
equal "$(tail -n +3 /run/qubes/calls | cut -d' ' -f3 | tr '\n' ' ')" '@default work-vault '
run grep -c purpose=login /home/vault/.local/state/qssh/record/ssh-client/signatures
equal "$output" 1
run grep purpose=login /home/work-vault/.local/state/qssh/record/ssh-client/signatures
expect 0 forwarded=yes
