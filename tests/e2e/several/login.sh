#!/bin/bash
# SPDX-License-Identifier: ISC
# One socket for three vaults lists the pinned keys of all without a call, and a login calls the one vault that has the
# key that the host knows, which hears of the host before it signs.
. "$(dirname "$0")/../../lib/script.sh"

several_vaults work-vault other
run client qssh add all=default,work-vault,other
expect 0 'Added: /run/user/47001/qssh/all listens' 'IdentityAgent ~/.config/qssh/sockets/all' 'qssh pin all' \
    'ssh-client work-vault ask default_target=work-vault' 'ssh-client other ask default_target=other'
run client qssh pin all
expect 0 'Pinned for default' 'Pinned for work-vault' 'Pinned for other'
calls 3
run client SSH_AUTH_SOCK=/run/user/47001/qssh/all ssh-add -l
expect 0
equal "$(cut -d' ' -f3 <<<"$output" | tr '\n' ' ')" 'ed25519@vault ed25519@work-vault ed25519@other '
calls 3

printf 'Host *\n    IdentityAgent ~/.config/qssh/sockets/all\n' | client tee .ssh/config >/dev/null
for name in vault work-vault other; do
	cp "/home/$name/.ssh/id_ed25519.pub" /home/remote/.ssh/authorized_keys
	run client ssh remote@host echo by $name
	expect 0 "by $name"
	run cat "/home/$name/.local/state/qssh/record/ssh-client/signatures"
	expect 0 purpose=login to=host
done
equal "$(awk '{ print $3 }' /run/qubes/calls | tr '\n' ' ')" '@default work-vault other @default work-vault other '
run client qssh log
expect 0 'all, @default: answered' 'all, work-vault: answered' 'all, other: answered'
wait_for none_running
