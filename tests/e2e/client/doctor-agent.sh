#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh doctor tells what a person's shell does to ssh: an agent that its files start, a SHELL that can't run the Match,
# another user's socket.
. "$(dirname "$0")/../../lib/script.sh"
. /tests/lib/doctor.sh

home=/home/ssh-client

# told STATUS WORDS MEND NAME=VALUE...: what the doctor says in that environment, of one fault or of none.
told()
{
	local want=$1 words=$2 mend=$3
	run client "${@:4}" qssh doctor
	[[ $status = "$want" && $output == *"$words"* && $output == *"$mend"* &&
		($want = 0 || $output == *'1 thing is wrong'*) ]] ||
	    missed+="status $status with ${*:4}, without '$words' or '$mend' alone:"$'\n'"$output"$'\n'
}

told 0 "SSH_AUTH_SOCK in this shell is the vault's" '' SSH_AUTH_SOCK=$socket
told 1 'which does not answer' 'unset SSH_AUTH_SOCK' SSH_AUTH_SOCK=/nonexistent/agent

# An agent of the person's own: with a key it is a choice, without one a mishap, and a file that starts it in each shell
# is named.
client ssh-agent -a own.sock >/dev/null
own=SSH_AUTH_SOCK=$home/own.sock
told 1 'which has no keys' 'unset SSH_AUTH_SOCK' $own
client ssh-keygen -q -t ed25519 -N '' -f own
client $own ssh-add -q own
told 0 'names another agent' '' $own
# shellcheck disable=SC2016,SC2088
for line in 'eval "$(ssh-agent -s)" >/dev/null' 'eval $(keychain --eval id_rsa)' '/usr/bin/ssh-agent'; do
	client sh -c "printf '# ssh-agent\n%s\n' '$line' >.bashrc"
	told 1 "$home/.bashrc:2 starts an agent in each shell" 'delete that line' $own
done
client sh -c "echo 'alias a=my-ssh-agent # ssh-agent' >.bashrc"
told 0 'names another agent' '' $own
rm $home/.bashrc

told 1 "SHELL is '/nonexistent/zsh', which can't be run" 'export SHELL=/bin/sh' SHELL=/nonexistent/zsh
told 1 "SHELL is 'zsh'" 'export SHELL=/bin/sh' SHELL=zsh
told 1 'which runs no commands' 'export SHELL=/bin/sh' SHELL=/usr/sbin/nologin

# IdentityAgent in each form that ssh knows.
client ln -s $socket link
# shellcheck disable=SC2016,SC2088
for value in SSH_AUTH_SOCK '$OWN' '${OWN}' '${SSH_AUTH_SOCK}' '~/link' '%d/link' "$socket" \
    '"/run/user/%i/qssh/default"'; do
	printf 'Host *\n    IdentityAgent %s\n' "$value" >$home/.ssh/config
	told 0 'it asks the default vault' 'Nothing is wrong' SSH_AUTH_SOCK=$socket OWN=$socket
	run client SSH_AUTH_SOCK=$socket OWN=$socket ssh remote@host echo in
	expect 0 in
done
printf 'Host *\n    IdentityAgent SSH_AUTH_SOCK\n' >$home/.ssh/config
told 1 'config:2 overrides the vault' 'delete that line' OWN=$socket
rm $home/.ssh/config

# root with the user's socket, as sudo -E leaves it.
install -d -m 700 /run/user/0
run env HOME=/root SSH_AUTH_SOCK=$socket qssh doctor
expect 1 "SSH_AUTH_SOCK is $socket, a vault's socket of another user" 'run ssh as that user'
doctor_done
