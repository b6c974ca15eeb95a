#!/bin/bash
# SPDX-License-Identifier: ISC
# A signature is in the record before the agent is asked for it.
. "$(dirname "$0")/../../lib/script.sh"

agent silent
client ssh remote@host true >/dev/null 2>&1 &
wait_for grep -qx 13 $heard
run cat /home/vault/.local/state/qssh/record/ssh-client/signatures
expect 0 purpose=login
equal "$(wc -l <<<"$output")" 1
