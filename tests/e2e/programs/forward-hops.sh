#!/bin/bash
# SPDX-License-Identifier: ISC
# ssh -A over two hops: the second host logs in to a third with the vault's key, and the vault knows that it was asked
# from afar.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
rules <<<'allow ssh-client'
for hop in second:2222 third:2223; do
	host_start "${hop%:*}" "${hop#*:}"
	host_name "${hop%:*}" "${hop#*:}"
done
cat /home/ssh-client/.ssh/known_hosts >/home/remote/.ssh/known_hosts
# The hosts share their files with the client here, but have no qssh of their own.
rm /etc/ssh/ssh_config.d/30-qssh.conf
client sh -c "echo 'IdentityAgent $socket' >>.ssh/config"

run client ssh -A remote@host ssh -A -p 2222 remote@second ssh-add -l
expect 0 'ed25519@vault (ED25519)'
run client ssh -A remote@host ssh -A -p 2222 remote@second ssh -p 2223 remote@third id -un
expect 0 remote
run signatures
expect 0 'forwarded=no' 'forwarded=yes'
run grep -c 'forwarded=yes.*[[]third[]]:2223\|[[]third[]]:2223.*forwarded=yes' /home/vault/.local/state/qssh/record/ssh-client/signatures
expect 0
wait_for none_running
