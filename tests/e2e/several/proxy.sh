#!/bin/bash
# SPDX-License-Identifier: ISC
# Without a user manager `qssh proxy --vault NAME` serves the several vaults of a socket NAME, which need not listen.
. "$(dirname "$0")/../../lib/proxy.sh"

several_vaults work-vault
client qssh add all=default,work-vault || true
client qssh pin all
calls 2
cp /home/work-vault/.ssh/id_ed25519.pub /home/remote/.ssh/authorized_keys
for form in passed relayed; do
	sed 's/qssh proxy/qssh proxy --vault all/' "/home/ssh-client/$form" | client tee "$form.all" >/dev/null
	run client ssh -F "$form.all" remote@host echo by the second
	expect 0 'by the second'
done
equal "$(tail -n +3 /run/qubes/calls | cut -d' ' -f3 | tr '\n' ' ')" 'work-vault work-vault '
gone
