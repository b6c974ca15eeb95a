#!/bin/bash
# SPDX-License-Identifier: ISC
# The filter is confined: a call outside its list ends it, the client sees a closed call, the record stays whole, and
# the others live on.
. "$(dirname "$0")/../../lib/script.sh"

# A client that lists, waits for our word, lists again, and says what it got.
cat >/run/world/lister <<'EOF2'
import sys
sys.path.insert(0, "/tests/lib")
from agentwire import *
a = Agent()
print(a.ask(frame(LIST))[0], flush=True)
sys.stdin.readline()
print(a.ask(frame(LIST))[0], flush=True)
print(a.ask(frame(LIST))[0], flush=True)
EOF2
start_lister()
{
	coproc lister { client env PYTHONDONTWRITEBYTECODE=1 python3 /run/world/lister; }
	read -r first <&"${lister[0]}"
	equal "$first" 12
	# Its asker has its own name in a moment.
	# shellcheck disable=SC2016
	wait_for eval '[ "$(pgrep -c -u vault -x qssh-filter)" = 1 ]'
	filter=$(pgrep -u vault -x qssh-filter)
}

start_lister
for word in 'NoNewPrivs:	1' 'Seccomp:	2'; do
	grep -qx "$word" "/proc/$filter/status" || fail "not confined: $word"
done
run grep -E '^Max (core file size|processes|data size|stack size) ' "/proc/$filter/limits"
expect 0 'Max core file size        0 ' 'Max processes             0 ' 'Max data size             0 ' 'Max stack size            1048576 '
# Not dumpable: its files in /proc belong to root, and its own user can't look into it.
equal "$(stat -c %U "/proc/$filter/mem")" root
highest=$(find "/proc/$filter/fd" -mindepth 1 -printf '%f\n' | sort -n | tail -1)
run grep '^Max open files' "/proc/$filter/limits"
expect 0 "Max open files            $((highest + 1)) "

# Its next write becomes a call that is not on the list, as code that an attacker took over would make it.
strace -qq -p "$filter" -e trace=writev -e inject=writev:error=EPERM:syscall=getppid:when=1 2>/run/world/strace &
wait_for grep -q "TracerPid:	[1-9]" "/proc/$filter/status"
echo >&"${lister[1]}"
read -r second <&"${lister[0]}"
equal "$second" 5
read -r third <&"${lister[0]}"
equal "$third" 5
wait_for none_running
grep -q 'killed by SIGSYS' /run/world/strace || fail "not ended by the confinement: $(cat /run/world/strace)"
run tail -1 /run/user/47001/qssh-calls
expect 0 'signal 31'

# Every line of the record is whole, and the next client is served.
! grep -vE '^time=[^ ]+Z prev=[^ ]+ conn=[0-9a-f]+ seq=[0-9]+ client=ssh-client arg=- event=.*$' /home/vault/.local/state/qssh/record/ssh-client/requests || fail "a torn line"
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0 ED25519

# What the loop calls, by name, while it lists, signs and ends: nothing that opens, starts or reaches anything.
start_lister
strace -qq -p "$filter" -o /run/world/calls &
wait_for grep -q "TracerPid:	[1-9]" "/proc/$filter/status"
echo >&"${lister[1]}"
wait_for none_running
called=$(sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' /run/world/calls | sort -u | paste -sd' ')
echo "the loop calls: $called"
for call in $called; do
	case $call in
	read | write | writev | poll | ppoll | close | flock | pread64 | pwrite64 | ftruncate | sendto | recvfrom) ;;
	fcntl | clock_gettime | restart_syscall | exit_group) ;;
	*) fail "the loop calls $call" ;;
	esac
done
