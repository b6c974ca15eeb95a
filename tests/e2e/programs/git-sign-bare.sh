#!/bin/bash
# SPDX-License-Identifier: ISC
# git signs without SSH_AUTH_SOCK by gpg.ssh.program=/usr/lib/qssh/qssh-ssh-keygen, verifies by it too, and uses the
# agent that a person chose where there is one.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/git.sh"

git_person
commit()
{
	client "$@" git -C project commit -q -S --allow-empty -m signed
}

run commit
expect 128
client git config --global gpg.ssh.program /usr/lib/qssh/qssh-ssh-keygen
run commit
expect 0
run client git -C project verify-commit -v HEAD
expect 0 'Good "git" signature for me@here'
client git config --global user.signingkey "key::$(cut -d' ' -f1,2 /home/ssh-client/key.pub)"
run commit
expect 0
calls 2

# As ssh does it: with an agent that the distribution starts by itself the vault signs, a chosen one is asked alone.
run commit SSH_AUTH_SOCK=/run/user/47001/openssh_agent
expect 0
client sh -c 'ssh-agent -a /tmp/chosen >/dev/null'
run commit SSH_AUTH_SOCK=/tmp/chosen
expect 128
calls 3
client ssh-keygen -q -t ed25519 -N '' -f own
client SSH_AUTH_SOCK=/tmp/chosen ssh-add -q own
client git config --global user.signingkey /home/ssh-client/own.pub
run commit SSH_AUTH_SOCK=/tmp/chosen
expect 0
calls 3

# Where qssh is off it is ssh-keygen.
client systemctl --user stop qssh.socket
run client /usr/lib/qssh/qssh-ssh-keygen -l -f own.pub
expect 0 ED25519
run client git -C project verify-commit HEAD~1
expect 0 'Good "git" signature'
pkill -u ssh-client ssh-agent
