#!/bin/bash
# SPDX-License-Identifier: ISC
# git signs commits and tags with a key in the vault (gpg.format=ssh), they verify, and the record says that it was git.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/git.sh"

git_person

run project commit -q -S --allow-empty -m signed
expect 0
run project verify-commit -v HEAD
expect 0 'Good "git" signature for me@here'
run project tag -s -m tag v1
expect 0
run project verify-tag v1
expect 0 'Good "git" signature for me@here'
calls 2
equal "$(grep -c purpose=git /home/vault/.local/state/qssh/record/ssh-client/signatures)" 2

# A login shell has SSH_AUTH_SOCK from the installed profile.
run client bash -lc 'git -C project commit -q -S --allow-empty -m another'
expect 0
calls 3

policy </dev/null
run project commit -q -S --allow-empty -m refused
expect 128
run project log -1 --format=%s
equal "$output" another
