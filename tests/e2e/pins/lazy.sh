#!/bin/bash
# SPDX-License-Identifier: ISC
# With pins, ssh-add -l, a host that refuses the keys and a host that wants a password call no vault; a login makes one
# call.
. "$(dirname "$0")/../../lib/script.sh"

client qssh pin
calls 1
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0 "$(ssh-keygen -lf /home/vault/.ssh/id_ed25519.pub)"
calls 1

mv /home/remote/.ssh/authorized_keys /home/remote/.ssh/away
run client ssh remote@host true
expect 255 'Permission denied'
calls 1
run client ssh -o PubkeyAuthentication=no remote@host true
expect 255 'Permission denied'
calls 1
mv /home/remote/.ssh/away /home/remote/.ssh/authorized_keys

run client ssh remote@host echo in
expect 0 in
calls 2
# The vault knew the host before it signed.
run cat /home/vault/.local/state/qssh/record/ssh-client/signatures
expect 0 purpose=login to=host

# Adding and removing keys fails here already; the vault hears nothing of it.
client ssh-keygen -q -t ed25519 -N '' -f own
for words in '-d own.pub' '-D' own; do
	# shellcheck disable=SC2086
	run client SSH_AUTH_SOCK=$socket ssh-add $words
	expect 1
done
calls 2

client qssh unpin
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0
calls 3
wait_for none_running
