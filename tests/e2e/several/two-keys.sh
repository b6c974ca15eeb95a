#!/bin/bash
# SPDX-License-Identifier: ISC
# A host that wants two keys, of two vaults, gets both on one connection to their socket: each vault is called once, and
# hears of the host before it signs.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

several_vaults work-vault
host_start two 2222 'AuthenticationMethods publickey,publickey'
client qssh add all=default,work-vault
client qssh pin all
calls 2

run client ssh -o IdentityAgent=/run/user/47001/qssh/all -p 2222 remote@two echo by both
expect 0 'by both'
calls 4
for name in vault work-vault; do
	run grep -c 'event=outcome outcome=signed' "/home/$name/.local/state/qssh/record/ssh-client/signatures"
	expect 0 1
	run grep ' event=bind ' "/home/$name/.local/state/qssh/record/ssh-client/requests"
	expect 0
done
