#!/bin/bash
# SPDX-License-Identifier: ISC
# 500 connections in a burst leave the socket unit alive: those over its limit are closed, and the next login works.
. "$(dirname "$0")/../../lib/script.sh"

run python ssh-client <<'EOF2'
agents = []
for _ in range(500):
    agents.append(Agent(timeout=50))
time.sleep(0.2)
for a in agents:
    a.close()
EOF2
expect 0
wait_for none_running
run client systemctl --user is-active qssh.socket
equal "$output" active
calls 0
run client ssh remote@host id -un
expect 0 remote
