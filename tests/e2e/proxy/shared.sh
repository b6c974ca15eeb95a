#!/bin/bash
# SPDX-License-Identifier: ISC
# ssh processes to the same host, port and user share one proxy agent; the last one out removes the socket; another user
# has another proxy agent.
. "$(dirname "$0")/../../lib/proxy.sh"

for form in passed relayed; do
	: >/tmp/first
	: >/tmp/second
	client sh -c "sleep 60 | ssh -F $form -A remote@host 'echo in; cat'" >/tmp/first &
	wait_for grep -q in /tmp/first
	first=$(pgrep -u ssh-client -x ssh)
	mkfifo -m 666 /tmp/go
	client sh -c "ssh -F $form -A remote@host 'echo in; read x; ssh-add -l' <>/tmp/go" >/tmp/second 2>&1 &
	second=$!
	wait_for grep -q in /tmp/second
	proxyagents 1
	equal "$(find $sockets -type s | wc -l)" 2

	# The proxy agent was the first one's. It stays for the second's forwarding.
	kill "$first"
	wait_for eval "! kill -0 $first"
	proxyagents 1
	run client ssh -F $form other@host true
	expect 255 'Permission denied'
	wait_for proxyagents_are 1
	echo >/tmp/go
	wait $second
	grep -q 'ed25519@vault (ED25519)' /tmp/second || fail "$(cat /tmp/second)"
	rm /tmp/go
	gone
done

# While somebody is at the directory's gate, who may be about to join, the proxy agent stays; ssh waits there for its
# turn.
: >/tmp/first
client ssh -F passed remote@host 'echo in; sleep 60' >/tmp/first &
wait_for grep -q in /tmp/first
exec 8<$sockets
flock 8
client ssh -F passed remote@host 'echo in; sleep 60' >/tmp/second &
sleep 0.3
pkill -u ssh-client -o -x ssh
sleep 0.3
proxyagents 1
equal "$(cat /tmp/second)" ''
flock -u 8
wait_for grep -q in /tmp/second
proxyagents 1
pkill -u ssh-client -x ssh
gone
