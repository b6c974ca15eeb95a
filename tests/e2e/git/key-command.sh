#!/bin/bash
# SPDX-License-Identifier: ISC
# git finds the key to sign with in the vault by itself (gpg.ssh.defaultKeyCommand), or is told it without a file
# (user.signingkey=key::...); where the vault lists no key, the terminal says so.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"
. "$(dirname "$0")/../../lib/git.sh"

git_person
commit='git commit -q -S --allow-empty -m signed'
verified()
{
	run client git -C project verify-commit -v HEAD
	expect 0 'Good "git" signature for me@here'
}

client git config --global user.signingkey "key::$(cut -d' ' -f1,2 /home/vault/.ssh/id_ed25519.pub)"
typed "$commit"
expect 0
verified

client git config --global --unset user.signingkey
typed "$commit"
[ "$status" != 0 ] || fail 'git signed without a key'
client git config --global gpg.ssh.defaultKeyCommand 'ssh-add -L'
typed "$commit"
expect 0
verified

rules <<<'deny ssh-client'
typed "$commit"
[ "$status" != 0 ] || fail 'git signed against the rules'
seen 1 'the default vault listed no key; its record says why'
