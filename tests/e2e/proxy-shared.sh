#!/bin/bash
# ssh processes to the same host, port and user share one keeper; the last one out removes the socket; another user has another keeper.
. "$(dirname "$0")/../lib/proxy.sh"

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
	keepers 1
	equal "$(find $sockets -type s | wc -l)" 2

	# The keeper was the first one's. It stays for the second's forwarding.
	kill "$first"
	wait_for eval "! kill -0 $first"
	keepers 1
	run client ssh -F $form other@host true
	expect 255 'Permission denied'
	keepers 1
	echo >/tmp/go
	wait $second
	grep -q 'ed25519@vault (ED25519)' /tmp/second || fail "$(cat /tmp/second)"
	rm /tmp/go
	gone
done
