#!/bin/bash
# SPDX-License-Identifier: ISC
# doctor finds nothing wrong with a socket of several vaults that works, calls each vault once where it is to, and
# compares all pinned keys with what ssh would offer; a list that can't be read it names.
. "$(dirname "$0")/../../lib/script.sh"

several_vaults work-vault
client qssh add all=work-vault,default
client qssh pin all
printf 'Host *\n    IdentityAgent ~/.config/qssh/sockets/all\n' | client tee .ssh/config >/dev/null
run client qssh doctor host
expect 0 'for host ssh asks the vaults of the socket all' 'Nothing is wrong here.'
calls 2
run client qssh doctor --call host
expect 0 'work-vault offers SHA256:' 'the default vault offers SHA256:' 'for host ssh offers 2 of these keys'
calls 4

printf '    IdentitiesOnly yes\n    IdentityFile ~/.config/qssh/keys/work-vault/ed25519@work-vault.pub\n' |
	client tee -a .ssh/config >/dev/null
run client qssh doctor --call host
expect 0 'for host ssh offers 1 of these keys'

sed -i 's/^Members=.*/Members=work vault/' /home/ssh-client/.config/systemd/user/qssh-to-all.socket
run client qssh doctor
expect 1 'the vaults of the socket all can' 'the line is not a list of vaults'
run client script -qec 'ssh remote@host true' /dev/null
expect 255 "the members of all can't be read from its socket's unit"

# Its name is no vault's: none is called for pins. What doctor advises mends it.
calls=$(calls_made)
for verb in pin unpin; do
	run client qssh $verb all
	expect 1 "qssh $verb: the vaults of the socket all can't be read from its unit"
done
calls "$calls"
run client qssh add all=work-vault,default
expect 0 'Changed'
client rm .ssh/config
run client qssh doctor
expect 0
