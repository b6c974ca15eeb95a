#!/bin/bash
# SPDX-License-Identifier: ISC
# ssh uses the vault whatever the person's shell is, and a login shell names it for what does not read ssh_config.
. "$(dirname "$0")/../../lib/script.sh"

# login SHELL COMMAND [NAME=VALUE]: in a login shell. tcsh is one by its name alone.
login()
{
	local shell
	shell=$(command -v "$1")
	if [ "$1" = tcsh ]; then
		client "${@:3}" bash -c "exec -a -tcsh $shell" <<<"$2"
	else
		client "${@:3}" "$shell" -lc "$2"
	fi
}

for shell in bash dash tcsh zsh fish; do
	command -v $shell >/dev/null || skip "no $shell"
	run client SHELL="$(command -v $shell)" ssh remote@host echo in
	expect 0 in
	[ $shell != zsh ] || client sh -c "echo '. /etc/profile.d/qssh.sh' >.zprofile" # as the manual says for Debian
	run login $shell 'ssh-add -l'
	expect 0 ED25519
	# shellcheck disable=SC2016
	run login $shell 'echo is:$SSH_AUTH_SOCK' SSH_AUTH_SOCK=/home/ssh-client/own.sock
	expect 0 is:/home/ssh-client/own.sock
done
