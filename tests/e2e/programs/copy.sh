#!/bin/bash
# SPDX-License-Identifier: ISC
# scp, sftp and rsync copy files both ways, each with one qrexec call.
. "$(dirname "$0")/../../lib/script.sh"

client sh -c 'head -c 1000000 /dev/urandom >big'
big=/home/ssh-client/big

# NAME CMD...: CMD brings ~/big to the host as NAME and back as NAME.
copies()
{
	local name=$1 before
	shift
	before=$(calls_made)
	run "$@"
	expect 0
	cmp $big "/home/remote/$name" || fail "$name is not what was sent"
	cmp $big "/home/ssh-client/$name" || fail "$name is not what came back"
	calls $((before + 2))
}

copies scp client sh -c 'scp -q big remote@host:scp && scp -q remote@host:scp scp'
copies legacy client sh -c 'scp -O -q big remote@host:legacy && scp -O -q remote@host:legacy legacy'
copies sftp client sh -c 'echo "put big sftp" | sftp -q -b - remote@host && sftp -q remote@host:sftp sftp'
copies rsync client sh -c 'rsync big remote@host:rsync && rsync remote@host:rsync rsync'
