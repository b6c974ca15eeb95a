#!/bin/bash
# SPDX-License-Identifier: ISC
# Signatures are verified against the allowed signers without a call to the vault: a good one, one of a key that is not
# among them, and one that was good before a date.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/git.sh"

git_person
project commit -q -S --allow-empty -m good
client ssh-keygen -q -t ed25519 -N '' -f stranger
client git -C project -c user.signingkey=/home/ssh-client/stranger commit -q -S --allow-empty -m strange
calls 1
run client git -C project log --format='%G? %GS %s' -2
expect 0 'G me@here good' 'U  strange'
run client git -C project verify-commit HEAD
[ "$status" != 0 ] || fail "a stranger's signature is good"
run client git -C project verify-commit HEAD^
expect 0 'Good "git" signature for me@here'
client sh -c 'sed "s/^me@here /&valid-before=\"20200101\" /" signers >old && mv old signers'
run client git -C project verify-commit HEAD^
[ "$status" != 0 ] || fail 'the signature is good after the key has expired'
calls 1
