#!/bin/bash
# SPDX-License-Identifier: ISC
# With -f, ControlMaster and ControlPersist the agent is there as long as ssh is, in the background too; then the proxy
# agent goes.
. "$(dirname "$0")/../../lib/proxy.sh"

listed='ed25519@vault (ED25519)'
for form in passed relayed; do
	rm -f /tmp/listed
	run client sh -c "ssh -F $form -f -A remote@host 'sleep 1; ssh-add -l >/tmp/listed' >/dev/null 2>&1"
	expect 0
	proxyagents 1
	wait_for grep -q "$listed" /tmp/listed
	gone

	# The master is a process that the first ssh left behind.
	run client ssh -F $form -o ControlMaster=auto -o ControlPersist=60 -A remote@host ssh-add -l
	expect 0 "$listed"
	proxyagents 1
	sleep 0.5
	run client ssh -F $form -A remote@host ssh-add -l
	expect 0 "$listed"
	run client ssh -F $form -O exit remote@host
	expect 0
	gone

	# A master without a command, in the background and in the foreground.
	run client sh -c "ssh -F $form -fNMA remote@host >/dev/null 2>&1"
	expect 0
	run client ssh -F $form -A remote@host ssh-add -l
	expect 0 "$listed"
	run client ssh -F $form -O exit remote@host
	gone
	client ssh -F $form -NMA remote@host &
	wait_for client ssh -F $form -O check remote@host
	run client ssh -F $form -A remote@host ssh-add -l
	expect 0 "$listed"
	run client ssh -F $form -O exit remote@host
	gone
done
