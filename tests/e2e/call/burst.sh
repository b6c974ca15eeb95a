#!/bin/bash
# SPDX-License-Identifier: ISC
# Of a burst of 500 requests every one is answered, although a vault takes 128 calls at a time: the others wait
# their turn.
. "$(dirname "$0")/../../lib/script.sh"

client systemctl --user set-environment QSSH_TIMEOUT=170
run python ssh-client <<'EOF2'
import select

agents = [Agent(timeout=170) for _ in range(500)]
for a in agents:
    a.send(frame(LIST))
waiting = {a.sock: a for a in agents}
while waiting:
    for sock in select.select(list(waiting), [], [], 170)[0]:
        a = waiting.pop(sock)
        same(len(identities(a.reply())), 1)
        a.close()
EOF2
expect 0
calls 500
wait_for none_running
run client systemctl --user is-active qssh.socket
equal "$output" active
run client ssh remote@host id -un
expect 0 remote

# Connections that never speak call nothing.
run python ssh-client <<'EOF2'
agents = [Agent(timeout=50) for _ in range(500)]
time.sleep(0.2)
EOF2
expect 0
wait_for none_running
calls 501

# Where the vault has fewer places than that, the sentence names what it may be.
echo 0 >/run/qubes/places
run client script -qec 'ssh remote@host true' /dev/null
expect 255 'qssh: dom0 refused the call to the default vault' 'there are too many calls at once'
