#!/bin/bash
# SPDX-License-Identifier: ISC
# A user manager that re-executes itself, or reloads, keeps live connections; a socket unit that restarts does too; one
# that stops ends them all.
. "$(dirname "$0")/../../lib/script.sh"

cat >/run/world/lister <<'EOF2'
import sys
sys.path.insert(0, "/tests/lib")
from agentwire import *
a = Agent()
print(a.ask(frame(LIST))[0], flush=True)
for line in sys.stdin:
    print(a.ask(frame(LIST))[0], flush=True)
EOF2
coproc lister { client PYTHONDONTWRITEBYTECODE=1 python3 /run/world/lister; }
alive()
{
	read -r answer <&"${lister[0]}"
	equal "$answer" 12
}

alive
for verb in daemon-reload daemon-reexec 'restart qssh.socket'; do
	# shellcheck disable=SC2086
	run client systemctl --user $verb
	expect 0
	echo >&"${lister[1]}"
	alive
	run client ssh remote@host id -un
	expect 0 remote
done
client systemctl --user stop qssh.socket
# shellcheck disable=SC2016
wait_for eval '! client test -e $socket'
echo >&"${lister[1]}"
alive

# The manager's own end.
pkill -TERM -u ssh-client -f 'systemd --user'
wait_for none_running
