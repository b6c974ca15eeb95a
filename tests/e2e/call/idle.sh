#!/bin/bash
# SPDX-License-Identifier: ISC
# Nothing of qssh runs before a login and after it, and a connection that never speaks starts no qrexec call.
. "$(dirname "$0")/../../lib/script.sh"

idle
client ssh remote@host true
wait_for none_running

run python ssh-client <<'EOF'
a = Agent()
time.sleep(0.5)
a.close()
EOF
expect 0
calls 1
wait_for none_running
run client systemctl --user --quiet is-active qssh.socket
expect 0
run client systemctl --user list-units --all --no-legend 'qssh@*'
equal "$output" ''
