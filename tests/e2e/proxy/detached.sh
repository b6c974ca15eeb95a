#!/bin/bash
# SPDX-License-Identifier: ISC
# With ProxyUseFdpass only the proxy agent stays beside ssh: in a session of its own, without ssh's descriptors, its
# connection and its standard error.
. "$(dirname "$0")/../../lib/proxy.sh"

client ssh -F passed remote@host 'echo in; cat' </dev/zero >/tmp/out 2>/tmp/err &
wait_for grep -q in /tmp/out
run pgrep -u ssh-client -x qssh
expect 0
equal "$(wc -l <<<"$output")" 1
agent=$output
proxyagents 1
equal "$(readlink /proc/"$agent"/fd/{0,1,2} | sort -u)" /dev/null
equal "$(ps -o tty= -p "$agent")" '?'
equal "$(readlink /proc/"$agent"/cwd)" /
held=$(readlink /proc/"$agent"/fd/*)
for socket in $(readlink /proc/"$(pgrep -u ssh-client -x ssh)"/fd/* | grep ^socket:); do
	[[ $held != *"$socket"* ]] || fail "the proxy agent holds ssh's $socket"
done
pkill -u ssh-client -x ssh
gone

# What it starts can be told to end like any process.
fault hang
client ssh -F passed remote@host true &
wait_for pgrep -u ssh-client -x qrexec-client-v
run grep -h ^SigBlk /proc/"$(pgrep -u ssh-client -x qrexec-client-v)"/status
expect 0 0000000000000000
pkill -u ssh-client -x ssh
gone
