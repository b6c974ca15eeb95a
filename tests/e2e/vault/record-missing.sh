#!/bin/bash
# SPDX-License-Identifier: ISC
# Where the record cannot be written, nothing is signed.
. "$(dirname "$0")/../../lib/script.sh"

vault mkdir -p .local/state/qssh/record/ssh-client
vault ln -s /dev/full .local/state/qssh/record/ssh-client/signatures
agent record
run client ssh remote@host true
expect 255 'Permission denied'
run grep -x 13 $heard
expect 1
