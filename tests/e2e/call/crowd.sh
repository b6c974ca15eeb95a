#!/bin/bash
# SPDX-License-Identifier: ISC
# 100 connections at once are all served, each by a call of its own: 32 at a time, the others when those have
# ended. After them nothing runs.
. "$(dirname "$0")/../../lib/script.sh"

run python ssh-client <<'EOF2'
import threading
served = []
def login():
    a = Agent(timeout=50)
    ready.wait()
    for _ in range(2):
        same(len(identities(a.ask(frame(LIST)))), 1)
    a.close()
    served.append(a)
ready = threading.Barrier(100)
all = [threading.Thread(target=login) for _ in range(100)]
for t in all:
    t.start()
for t in all:
    t.join()
same(len(served), 100)
EOF2
expect 0
calls 100
wait_for none_running
run client systemctl --user list-units --all --no-legend 'qssh@*'
equal "$output" ''
