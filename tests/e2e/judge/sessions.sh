#!/bin/bash
# SPDX-License-Identifier: ISC
# Whole hostile sessions, made of their seeds, get nothing past the filter but what a second reading of the rules
# allows, and leave it able to serve (tests/lib/sessions.py). `make fuzz-sessions` runs more of them.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
install -m 600 -o vault /etc/ssh/ssh_host_ed25519_key /run/world/sessions-good
cp /etc/ssh/ssh_host_ed25519_key.pub /run/world/sessions-good.pub

run vault python3 /tests/lib/sessions.py "${SESSIONS:-100}" "${SEED:-1}"
echo "$output"
expect 0 'all held'

# What is let through beyond that is found.
vault pkill ssh-agent
rm -f /run/user/47002/sessions-* /run/user/47002/qssh/agents/witness
witness
run vault python3 /tests/lib/sessions.py 60 1 plant
expect 1 'session'
