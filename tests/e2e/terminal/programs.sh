#!/bin/bash
# SPDX-License-Identifier: ISC
# What git and scp run is told on the terminal too, once; QSSH_QUIET silences it.
. "$(dirname "$0")/../../lib/script.sh"

policy </dev/null
for command in 'git clone -q ssh://remote@host/~/repository copy' 'scp remote@host:file .' 'sftp remote@host:file .'; do
	run client script -qec "$command" /dev/null
	[ "$status" != 0 ] || fail "$command succeeded"
	expect "$status" 'qssh: dom0 refused the call to the default vault' 'Permission denied'
	equal "$(grep -c 'qssh: ' <<<"$output")" 1
	run client QSSH_QUIET= script -qec "$command" /dev/null
	lacks 'qssh: '
done
