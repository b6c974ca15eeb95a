#!/bin/bash
# SPDX-License-Identifier: ISC
# Pinned keys hold here too: a host that refuses them costs no call, a login costs one.
. "$(dirname "$0")/../../lib/proxy.sh"

client mkdir -p .config/qssh/pins
install -m 600 -o ssh-client /home/vault/.ssh/id_ed25519.pub /home/ssh-client/.config/qssh/pins/default.pub
made=0
for form in passed relayed; do
	run client ssh -F $form other@host true
	expect 255 'Permission denied'
	calls $made
	run client ssh -F $form -A remote@host ssh-add -l
	expect 0 'ed25519@vault (ED25519)'
	calls $((made += 1))
done
gone
