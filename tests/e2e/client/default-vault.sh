#!/bin/bash
# SPDX-License-Identifier: ISC
# The default vault is named by ~/.config/qssh/vault, else /rw/config/ssh-vault, else qubesdb, else dom0 chooses; a bad
# name in any is an error.
. "$(dirname "$0")/../../lib/script.sh"

home=/home/ssh-client
policy <<'RULES'
qubes.SshAgent + ssh-client @default allow target=vault
qubes.SshAgent + ssh-client vault allow
RULES

# called TARGET: an ssh-add -l calls that.
called()
{
	run client SSH_AUTH_SOCK=$socket ssh-add -l
	equal "$(tail -n 1 /run/qubes/calls | awk '{ print $3 }')" "$1"
}

# refused FILE: it calls nothing, and the reason names the file.
refused()
{
	local before
	before=$(calls_made)
	run client script -qec "SSH_AUTH_SOCK=$socket ssh-add -l" /dev/null
	expect 1 "qssh: $1 holds no qube's name" 'agent refused operation'
	calls "$before"
	run client qssh doctor
	expect 1 "$1 holds no qube's name"
}

called @default
qubesdb /name ssh-client
called @default
qubesdb /vm-config/qssh-vault from-qubesdb
called from-qubesdb
qubesdb /vm-config/qssh-vault '../x'
refused "qubesdb's /vm-config/qssh-vault"

mkdir -p /rw/config
echo ' from-qube ' >/rw/config/ssh-vault
called from-qube
: >/rw/config/ssh-vault
refused /rw/config/ssh-vault

echo vault >$home/.config/qssh/vault
called vault
echo 'vault work' >$home/.config/qssh/vault
# shellcheck disable=SC2088
refused '~/.config/qssh/vault'
echo @default >$home/.config/qssh/vault
called @default
