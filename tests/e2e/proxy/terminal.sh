#!/bin/bash
# SPDX-License-Identifier: ISC
# A refused call says why on ssh's terminal, once, also to the second of two ssh that share a proxy agent; into a pipe
# it says nothing.
. "$(dirname "$0")/../../lib/proxy.sh"

for form in passed relayed; do
	policy <<<'qubes.SshAgent + ssh-client @default allow target=vault'
	: >/tmp/out
	client ssh -F $form remote@host 'echo in; sleep 60' >/tmp/out &
	wait_for grep -q in /tmp/out
	policy </dev/null
	run client script -qec "ssh -F $form remote@host true" /dev/null
	expect 255 'dom0 refused the call to the default vault' 'Permission denied'
	equal "$(grep -c 'dom0 refused' <<<"$output")" 1
	proxyagents 1
	run client ssh -F $form remote@host true
	expect 255 'Permission denied'
	lacks dom0
	pkill -u ssh-client -x ssh
	gone
done
