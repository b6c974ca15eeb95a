#!/bin/bash
# 100 connections at once are all served, each by a call of its own; after them nothing runs.
. "$(dirname "$0")/../../lib/script.sh"

run python ssh-client <<'EOF2'
agents = [Agent(timeout=50) for _ in range(100)]
for a in agents:
    a.send(frame(LIST))
for a in agents:
    same(len(identities(a.reply())), 1)
for a in agents:
    same(len(identities(a.ask(frame(LIST)))), 1)
EOF2
expect 0
calls 100
wait_for none_running
run client systemctl --user list-units --all --no-legend 'qssh@*'
equal "$output" ''
