#!/bin/bash
# SPDX-License-Identifier: ISC
# With pins, ssh -A serves the far end: what it lists calls no vault, what it signs over two hops calls one, bound as
# the vault needs it.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

rules <<<'allow ssh-client'
client qssh pin
calls 1
run client ssh -A remote@host ssh-add -l
expect 0 'ed25519@vault (ED25519)'
calls 2

cp /etc/ssh/ssh_known_hosts /home/remote/.ssh/known_hosts
chown remote /home/remote/.ssh/known_hosts
run client ssh -A remote@host ssh -A remote@elsewhere echo two hops
expect 0 'two hops'
calls 4

# The binds were replayed in order: forwarding first, then the far end's own.
run grep -c purpose=login /home/vault/.local/state/qssh/record/ssh-client/signatures
equal "$output" 3
run client ssh -J remote@host remote@elsewhere echo jumped
expect 0 jumped
calls 6
wait_for none_running
