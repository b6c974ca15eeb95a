#!/bin/bash
# SPDX-License-Identifier: ISC
# ssh-add -l lists the vault's keys, and -L prints them.
. "$(dirname "$0")/../../lib/script.sh"

run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0
equal "$output" "$(ssh-keygen -lf /home/vault/.ssh/id_ed25519.pub)"
run client SSH_AUTH_SOCK=$socket ssh-add -L
expect 0
equal "$output" "$(cat /home/vault/.ssh/id_ed25519.pub)"
calls 2
