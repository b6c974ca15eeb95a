#!/bin/bash
# SPDX-License-Identifier: ISC
# A container of the user that has the socket bound into it uses the vault, root inside or not; a container that runs as
# root outside does not.
. "$(dirname "$0")/../../lib/script.sh"

touch /home/ssh-client/agent
# container USER FLAGS: lists the keys where the socket is bound to ~/agent and /run is empty, in namespaces of its own.
container()
{
	local user=$1
	shift
	run as "$user" unshare --mount --net --pid --fork --ipc "$@" sh -c "
		mount --bind $socket /home/ssh-client/agent && mount -t tmpfs none /run &&
		SSH_AUTH_SOCK=/home/ssh-client/agent ssh-add -l"
}

# As rootless podman has it: root inside is the user outside.
container ssh-client --user --map-root-user
expect 0 ed25519@vault
calls 1
# As root's docker has it, with --user and without.
run unshare --mount --net --pid --fork sh -c "
	mount --bind $socket /home/ssh-client/agent && mount -t tmpfs none /run &&
	SSH_AUTH_SOCK=/home/ssh-client/agent setpriv --reuid=47001 --regid=47001 --clear-groups ssh-add -l"
expect 0 ed25519@vault
calls 2
run unshare --mount --net --pid --fork sh -c "
	mount --bind $socket /home/ssh-client/agent && SSH_AUTH_SOCK=/home/ssh-client/agent ssh-add -l"
expect 1
calls 2
