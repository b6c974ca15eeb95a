# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154
# git as a person has it in the client qube, for a script that has sourced script.sh.
#
#	git_person	the client's git signs by ssh, with the key in the vault (key.pub), and takes it for me@here's (signers);
#			there is a repository, project, with one unsigned commit
#	project ARG...	git in it, with the agent socket in the environment, as a login shell has it
#	typed COMMAND	a line that the person types in it, at a terminal; what is seen there goes to $output
#	seen N TEXT	fails unless the last typed line made qssh say N sentences on the terminal, each with TEXT

git_person()
{
	install -o ssh-client -m 644 /home/vault/.ssh/id_ed25519.pub /home/ssh-client/key.pub
	client sh -e <<-'EOP'
		sed "s/^/me@here /" key.pub >signers
		git config --global user.name me
		git config --global user.email me@here
		git config --global gpg.format ssh
		git config --global user.signingkey ~/key.pub
		git config --global gpg.ssh.allowedSignersFile ~/signers
		git init -q -b main project
		git -C project commit -q --allow-empty -m first
	EOP
}

project()
{
	client SSH_AUTH_SOCK="$socket" git -C project "$@"
}

typed()
{
	run client SSH_AUTH_SOCK="$socket" TERM=dumb script -qec "cd project && $1" /dev/null
}

seen()
{
	equal "$(grep -c 'qssh: ' <<<"$output")" "$1"
	[ "$1" = 0 ] || equal "$(grep -c "qssh: .*$2" <<<"$output")" "$1"
}
