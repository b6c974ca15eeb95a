#!/bin/bash
# SPDX-License-Identifier: ISC
# Where the vault's own socket listens, the proxy snippet stays out of the way.
. "$(dirname "$0")/../../lib/script.sh"

cp /etc/ssh/ssh_config.d/35-qssh-proxy.conf{.example,}
run client qssh proxy --active
expect 1
equal "$output" ''
run client ssh -v remote@host id -un
expect 0 remote
lacks 'Executing proxy'
[ ! -e /home/ssh-client/.ssh/qssh ] || fail "a socket directory was made"
calls 1
