#!/bin/bash
# SPDX-License-Identifier: ISC
# What helper and filter hold that is only written at their start, their tables of pointers, nobody writes to later: not
# in any build, with any libc.
. "$(dirname "$0")/../../lib/script.sh"

# PID: how the part is mapped that the linker marked so.
marked()
{
	local program part
	program=$(readlink "/proc/$1/exe")
	part=$(readelf -lW "$program" | awk '/GNU_RELRO/ { print $3 }')
	[ -n "$part" ] || fail "no such part in $program"
	python3 - "$program" "$((part))" "/proc/$1/maps" <<-'END'
		import sys
		program, part = sys.argv[1], int(sys.argv[2])
		lines = [line.split() for line in open(sys.argv[3])]
		base = next(int(words[0].split("-")[0], 16) for words in lines if words[-1] == program)
		for words in lines:
		    begin, end = (int(at, 16) - base for at in words[0].split("-"))
		    if begin <= part < end:
		        print(words[1])
	END
}

cat >/run/world/lister <<'EOF2'
import sys
sys.path.insert(0, "/tests/lib")
from agentwire import *
a = Agent()
print(a.ask(frame(LIST))[0], flush=True)
sys.stdin.readline()
EOF2
coproc lister { client env PYTHONDONTWRITEBYTECODE=1 python3 /run/world/lister; }
read -r first <&"${lister[0]}"
equal "$first" 12
# Its asker has its own name in a moment.
# shellcheck disable=SC2016
wait_for eval '[ "$(pgrep -c -u vault -x qssh-filter)" = 1 ]'
equal "$(marked "$(pgrep -u vault -x qssh-filter)")" r--p
equal "$(marked "$(pgrep -u ssh-client -x qssh-client)")" r--p
echo >&"${lister[1]}"
wait_for none_running
