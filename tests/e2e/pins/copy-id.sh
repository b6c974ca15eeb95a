#!/bin/bash
# SPDX-License-Identifier: ISC
# ssh-copy-id tries each key at the host before it copies it, by logins that each call the vault. With pins it finds
# out the same, as far as the host's password, and calls nobody.
. "$(dirname "$0")/../../lib/script.sh"

rm /home/remote/.ssh/authorized_keys
copy()
{
	run client SSH_AUTH_SOCK=$socket ssh-copy-id remote@host
	expect 1 '1 key(s) remain to be installed' 'Permission denied'
}

copy
made=$(calls_made)
[ "$made" -gt 2 ] || fail "$made calls only: is it worth a line in the README?"
client qssh pin
copy
calls $((made + 1))
