#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh status and log say in words what became of each call; log -f goes on as calls end; both speak JSON.
. "$(dirname "$0")/../../lib/script.sh"

run client qssh status
expect 0 'default: the vault that dom0 chooses; listening' 'ssh has made no call'
run client qssh log
expect 0
equal "$output" 'qssh log: ssh has made no call since this session began'
equal "$(client qssh log 2>/dev/null)" ''

client sh -c 'exec qssh log -f >followed' &
follower=$!
client ssh remote@host true
wait_for grep -q 'default: answered' /home/ssh-client/followed
policy </dev/null
run client ssh remote@host true
wait_for grep -q 'default: dom0 refused the call' /home/ssh-client/followed
equal "$(wc -l </home/ssh-client/followed)" 2
kill $(pgrep -u ssh-client -x qssh)
wait $follower || true

run client qssh status
expect 0 'The last calls:' 'default: answered' 'default: dom0 refused the call to the default vault'
for _ in {1..7}; do
	client ssh remote@host true || true
done 2>/dev/null
equal "$(client qssh log | wc -l)" 9
equal "$(client qssh status | grep -c ' default: ')" 5
client qssh log --json | python3 -c '
import json, sys
calls = [json.loads(line) for line in sys.stdin]
assert len(calls) == 9 and calls[0]["outcome"] == "answered", calls
assert calls[1]["socket"] == "default" and calls[1]["target"] == "@default", calls
assert calls[0]["time"].endswith("Z")'
client qssh status --json | python3 -c '
import json, sys
status = json.load(sys.stdin)
assert status["enabled"] and status["listening"] and len(status["calls"]) == 5, status
assert status["sockets"][0]["vault"] == "@default"'

# A connection that called nothing is not a call.
client python3 -c "import socket; socket.socket(socket.AF_UNIX).connect('$socket')"
equal "$(client qssh log | wc -l)" 9
