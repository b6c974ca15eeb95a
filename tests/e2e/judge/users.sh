#!/bin/bash
# SPDX-License-Identifier: ISC
# A user with a style or a role behind the name is who sshd takes it for: a deny of that user holds, and a rule's
# wildcard does not let it through.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
install -d -o other /home/other/.ssh
install -o other /home/remote/.ssh/authorized_keys /home/other/.ssh/

# What sshd makes of such a user; Debian's and Fedora's cut at '/' too.
rules <<'EOF2'
allow ssh-client to *@host *:*@host */*@host
EOF2
run client ssh -l other:x host id -un
expect 0 other
written=other:x
run client ssh -l other/x host id -un
[ "$status" != 0 ] || written='other:x other/x other/x:y'
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'log in as other, written "other:x", to host'

denied()
{
	for user in $written; do
		run client ssh -l "$user" host id -un
		expect 255 'Permission denied'
	done
}

rules <<'EOF2'
deny ssh-client to other@host
allow ssh-client to *@host *:*@host */*@host
EOF2
denied
run client ssh -l remote:x host id -un
expect 0 remote
rules <<'EOF2'
allow ssh-client to *@host *-ro@host remote@host
EOF2
run client ssh -l other host id -un
expect 0 other
denied
run client ssh -l other:-ro host id -un
expect 255 'Permission denied'
run refusals
expect 0 'user=other written=other:x' 'user=other written=other:-ro'
rules <<'EOF2'
allow ssh-client to other:x@host
EOF2
run client ssh -l other:x host id -un
expect 0 other
run client ssh -l other host id -un
expect 255
