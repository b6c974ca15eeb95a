#!/bin/bash
# SPDX-License-Identifier: ISC
# However often qssh add and remove change the vaults, the other sockets stay the same ones: a container that has one of
# them keeps it.
. "$(dirname "$0")/../../lib/script.sh"

several_vaults work-vault
client qssh add work-vault

# As a container gets them: bound to another place.
for name in default work-vault; do
	touch /home/ssh-client/$name.bound
	mount --bind /run/user/47001/qssh/$name /home/ssh-client/$name.bound
done

# systemd 257 refuses the sixth start of a socket in ten seconds.
for i in {1..8}; do
	client qssh add "other:agent-$i" >/dev/null
done
for i in {1..8}; do
	client qssh remove "other:agent-$i" >/dev/null
done
client qssh enable >/dev/null
client qssh add work-vault >/dev/null

for name in default work-vault; do
	run client SSH_AUTH_SOCK=/home/ssh-client/$name.bound ssh-add -l
	expect 0 ED25519
done
run client qssh doctor
expect 0
