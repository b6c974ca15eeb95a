#!/bin/bash
# SPDX-License-Identifier: ISC
# What can't be a socket of several vaults is refused; removing one keeps the pins that another socket needs.
. "$(dirname "$0")/../../lib/script.sh"

home=/home/ssh-client
several_vaults work-vault

for word in all= 'all=,' 'all=work-vault,' 'all=,work-vault' all=2work 'all=work vault' all=work:a:b all=x,x all=all,x \
    all:a=work-vault =work-vault 2all=work-vault all=a,b,c,d,e,f,g,h,i; do
	run client qssh add "$word"
	expect 2
done
run client qssh add default=work-vault
expect 2 'always there'
equal "$(find $home/.config/systemd -name 'qssh-to-*')" ''

run client qssh add all=work-vault,default
expect 0 'add these lines there' "with your vault's name for VAULT" 'ssh-client work-vault ask default_target=work-vault' \
    'ssh-client @default ask target=VAULT'
equal "$(grep -c 'dom0 has to permit' <<<"$output")" 1
run client qssh add more=all,work-vault
expect 1 'all is itself a socket of several vaults'
run client qssh add all
expect 1 'all is a socket of several vaults already' 'qssh remove all'
client qssh add work-vault
run client qssh add work-vault=default
expect 1 'work-vault is a socket of the vault of that name already'
run client qssh pin nosuch
expect 1 'there is no socket nosuch'
run client qssh remove default:x
expect 1

client qssh pin all >/dev/null
run client qssh remove work-vault
expect 0 'Removed: work-vault.'
run client qssh remove work-vault
expect 1 'work-vault has no socket of its own'
run client qssh status --json
expect 0 '"member":"work-vault"'
run client SSH_AUTH_SOCK=/run/user/47001/qssh/all ssh-add -l
expect 0 ed25519@work-vault ed25519@vault

# One vault less, in place; then none.
client qssh add all=work-vault
run client SSH_AUTH_SOCK=/run/user/47001/qssh/all ssh-add -l
expect 0 ed25519@work-vault
lacks ed25519@vault
run client qssh unpin all
expect 0 'work-vault: no key is pinned any more'
client qssh pin all >/dev/null
run client qssh remove all
expect 0 'Removed: all, and its pins.'
[ ! -e /run/user/47001/qssh/all ] || fail 'the socket is still there'
equal "$(find $home/.config/systemd $home/.config/qssh/sockets -name '*all*')" ''
[ ! -e $home/.config/qssh/pins/work-vault.pub ] || fail 'the pins are still there'
[ -e $home/.config/qssh/pins/default.pub ] || fail 'the pins of default are gone'
