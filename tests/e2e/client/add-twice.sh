#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh add of what is there says so and changes no file; of a socket of several vaults with another list, that it is
# changed; and what is broken it makes whole again.
. "$(dirname "$0")/../../lib/script.sh"

units=/home/ssh-client/.config/systemd/user

files()
{
	find $units -printf '%p %l %T@ %C@\n' | sort
}

run client qssh add work-vault
expect 0 'Added: /run/user/47001/qssh/work-vault listens.'
was=$(files)
run client qssh add work-vault
expect 0 'Was added already: /run/user/47001/qssh/work-vault listens.' 'IdentityAgent ~/.config/qssh/sockets/work-vault'
lacks Added:
equal "$(files)" "$was"
client systemctl --user stop qssh-to-work-vault.socket
run client qssh add work-vault
expect 0 'Was added already: /run/user/47001/qssh/work-vault listens.'
[ -S /run/user/47001/qssh/work-vault ] || fail 'it does not listen'

client rm $units/qssh.socket.wants/qssh-to-work-vault.socket
run client qssh add work-vault
expect 0 'Changed: '
run client qssh add work-vault
expect 0 'Was added already'

run client qssh add all=work-vault,default
expect 0 'Added: '
run client qssh add all=work-vault,default
expect 0 'Was added already: '
run client qssh add all=default,work-vault
expect 0 'Changed: '
equal "$(grep Members $units/qssh-to-all.socket)" Members=default,work-vault

client qssh disable >/dev/null
run client qssh add work-vault
expect 0 'Was added already. It listens once qssh is switched on: qssh enable'
