#!/bin/bash
# SPDX-License-Identifier: ISC
# A key constrained by `ssh-add -h` works through the filter as against the bare agent: at its host, and not elsewhere.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
host_start elsewhere 2222
host_name elsewhere 2222
vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -qD
vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -q -h host .ssh/id_ed25519
run client ssh remote@host id -un
expect 0 remote
run client ssh -v -p 2222 remote@elsewhere id -un
expect 255
lacks 'Offering public key'
run client SSH_AUTH_SOCK=$socket ssh-add -l
lacks agent.refused
