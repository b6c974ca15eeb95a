#!/bin/bash
# SPDX-License-Identifier: ISC
# An agent, or a vault, that dies between two requests of one connection makes the second a FAILURE; the next connection
# finds the new one.
. "$(dirname "$0")/../../lib/script.sh"

# Lists, waits for a line, lists again.
cat >/run/world/lister <<'EOF2'
import sys
sys.path.insert(0, "/tests/lib")
from agentwire import *
a = Agent()
print(a.ask(frame(LIST))[0], flush=True)
sys.stdin.readline()
print(a.ask(frame(LIST)), flush=True)
print(a.ask(frame(LIST)), flush=True)
EOF2

# CMD...: happens between the two.
dies()
{
	local first second third
	coproc lister { client PYTHONDONTWRITEBYTECODE=1 python3 /run/world/lister; }
	read -r first <&"${lister[0]}"
	equal "$first" 12
	"$@"
	echo >&"${lister[1]}"
	read -r second <&"${lister[0]}"
	read -r third <&"${lister[0]}"
	equal "$second" "(5, b'')"
	equal "$third" "(5, b'')"
	wait $!
	wait_for none_running
}

vault_gone()
{
	pkill -KILL -u vault -x qssh-filter
}

agent_gone()
{
	pkill -KILL -u vault -x ssh-agent
	wait_for eval '! pgrep -u vault -x ssh-agent'
}

call_gone()
{
	pkill -KILL -u ssh-client -f qrexec-client-vm
}

dies vault_gone
run client ssh remote@host id -un
expect 0 remote
dies call_gone
run client ssh remote@host id -un
expect 0 remote

dies agent_gone
rm -f /run/user/47002/agent
vault ssh-agent -a /run/user/47002/agent >/dev/null
vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -q .ssh/id_ed25519
run client ssh remote@host id -un
expect 0 remote
