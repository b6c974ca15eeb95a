#!/bin/bash
# SPDX-License-Identifier: ISC
# git signs commits and tags with a key in the vault (gpg.format=ssh), they verify, and the record says that it was git.
. "$(dirname "$0")/../../lib/script.sh"

cp /home/vault/.ssh/id_ed25519.pub /home/ssh-client/key.pub
chown ssh-client /home/ssh-client/key.pub
client sh -c 'sed "s/^/me@here /" key.pub >signers
git config --global user.name me
git config --global user.email me@here
git config --global gpg.format ssh
git config --global user.signingkey ~/key.pub
git config --global gpg.ssh.allowedSignersFile ~/signers
git init -q project'

run client SSH_AUTH_SOCK=$socket git -C project commit -q -S --allow-empty -m signed
expect 0
run client git -C project verify-commit -v HEAD
expect 0 'Good "git" signature for me@here'
run client SSH_AUTH_SOCK=$socket git -C project tag -s -m tag v1
expect 0
run client git -C project verify-tag v1
expect 0 'Good "git" signature for me@here'
calls 2
equal "$(grep -c purpose=git /home/vault/.local/state/qssh/record/ssh-client/signatures)" 2

# A login shell has SSH_AUTH_SOCK from the installed profile.
run client bash -lc 'git -C project commit -q -S --allow-empty -m another'
expect 0
calls 3

policy </dev/null
run client SSH_AUTH_SOCK=$socket git -C project commit -q -S --allow-empty -m refused
expect 128
run client git -C project log -1 --format=%s
equal "$output" another
