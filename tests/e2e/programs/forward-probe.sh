#!/bin/bash
# SPDX-License-Identifier: ISC
# ssh -A logs in with one qrexec call: its empty probe connection makes none. The far end can use the keys, through one
# call more.
. "$(dirname "$0")/../../lib/script.sh"

run client ssh -A -o IdentityAgent=$socket -o ForwardAgent=yes remote@host true
expect 0
calls 1

run client ssh -A remote@host ssh-add -l
expect 0 'ed25519@vault (ED25519)'
calls 3
wait_for none_running
