#!/bin/bash
# SPDX-License-Identifier: ISC
# Showing never delays a signature and never fails it: without a session bus, without a server on it, and with one that
# hangs. The call ends with the client, whatever is still to be shown.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

witness
calls_over()
{
	! pgrep -x qrexec-client-vm && ! pgrep -x qssh-filter
}

# What of it is still there when the client's call is over.
survives()
{
	begin=${EPOCHREALTIME/[.,]/}
	run client ssh remote@host true
	expect 0
	ms=$(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
	[ $ms -lt 2500 ] || fail "a login took $ms ms: $1"
	wait_for calls_over
	ms=$(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
	[ $ms -lt 3500 ] || fail "the call was held for $ms ms: $1"
}

survives 'no bus'
wait_for none_running
session SSH_AUTH_SOCK=$vault_run/agent DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere
survives 'a bus that is gone'
wait_for none_running
bus_start
survives 'no server'
wait_for none_running
notifications hang
survives 'a server that hangs'
run pgrep -u vault -x qssh-notify
expect 0
sleep 5
wait_for none_running

# Two in a row: the second is not shown behind one that hangs, and nothing waits for long.
survives 'a server that hangs'
notifications slow
survives 'a slow server'
run signs git
expect 0 signed
wait_for none_running
notified 2

rm /usr/lib/qssh/qssh-notify
survives 'no qssh-notify'
wait_for none_running
