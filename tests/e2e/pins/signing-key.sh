#!/bin/bash
# SPDX-License-Identifier: ISC
# git signs with the pinned key whose file is user.signingkey, and verifies what it signed.
. "$(dirname "$0")/../../lib/script.sh"

vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -q .ssh/id_ecdsa
client qssh pin
file=.config/qssh/keys/default/$(cut -d' ' -f3 /home/vault/.ssh/id_ecdsa.pub).pub
client git init -q repository
client git config --global gpg.format ssh
# As a person types it: git expands it.
# shellcheck disable=SC2088
client git config --global user.signingkey "~/$file"
client git config --global user.name N
client git config --global user.email n@example.org
client git config --global gpg.ssh.allowedSignersFile /home/ssh-client/signers
client sh -c "echo n@example.org \$(cut -d' ' -f1,2 $file) >signers"
run client SSH_AUTH_SOCK=$socket git -C repository commit -q --allow-empty -S -m signed
expect 0
calls 2
run client git -C repository log --show-signature -1
expect 0 'Good "git" signature for n@example.org with ECDSA key'
