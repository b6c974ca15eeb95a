#!/bin/bash
# SPDX-License-Identifier: ISC
# The proxy snippet works whatever the person's shell is.
. "$(dirname "$0")/../../lib/proxy.sh"

cp /etc/ssh/ssh_config.d/35-qssh-proxy.conf{.example,}
# The manager that was killed holds its sockets for a moment yet.
wait_for client qssh proxy --active
for shell in bash dash tcsh zsh fish; do
	run client SHELL="$(command -v $shell)" ssh remote@host echo in
	expect 0 in
	gone
done
calls 5
