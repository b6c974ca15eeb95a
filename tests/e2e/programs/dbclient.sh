#!/bin/bash
# SPDX-License-Identifier: ISC
# Dropbear's dbclient, as Debian packages it, logs in: it lists and signs on one connection and never binds.
. "$(dirname "$0")/../../lib/script.sh"

client mkdir -p .ssh
run client SSH_AUTH_SOCK=$socket dbclient -y remote@host id -un
expect 0 remote
calls 1
run grep -c host=unknown /home/vault/.local/state/qssh/record/ssh-client/signatures
expect 0
