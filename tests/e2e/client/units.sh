#!/bin/bash
# SPDX-License-Identifier: ISC
# systemctl says of qssh's units what is so: nobody enables them, and one that the qube has not switched on is off by
# its condition.
. "$(dirname "$0")/../../lib/script.sh"

# list UNIT: its state as systemctl lists it.
list()
{
	client systemctl --user list-unit-files --no-legend "$1" | awk '{ print $2 }'
}

equal "$(list qssh.socket)" static
equal "$(list qssh@.service)" static
run client systemctl --user is-active qssh.socket
expect 0 active
client ssh remote@host true
run client systemctl --user --failed --no-legend
equal "$output" ''

client qssh disable
run client systemctl --user restart sockets.target
expect 0
run client systemctl --user is-active qssh.socket
expect 3 inactive
run client systemctl --user show -p ConditionResult,Result,LoadState qssh.socket
expect 0 ConditionResult=no Result=success LoadState=loaded
# A unit that a person masks stays off, whatever the qube has.
client qssh enable
client systemctl --user mask --now qssh.socket
equal "$(list qssh.socket)" masked
run client systemctl --user restart sockets.target
run client systemctl --user is-active qssh.socket
expect 3 inactive
run client systemctl --user --failed --no-legend
equal "$output" ''
