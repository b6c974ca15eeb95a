#!/bin/bash
# SPDX-License-Identifier: ISC
# A client that asks without end, and takes most of it back, holds no place: another's question comes next, has all of
# its time, and what it waited is not held against it.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

policy <<'EOF2'
qubes.SshAgent + ssh-client vault allow
qubes.SshAgent + work-vault vault allow
EOF2
rules <<'EOR'
notify none
ask * arg * for any timeout 3s
EOR
askpass <<'EOP'
echo "$1" | head -n 1 >>/home/vault/asked
case $1 in
*work-vault*) sleep 1.5; echo yes ;;
*) sleep 60 ;;
esac
EOP

other()
{
	as work-vault PYTHONDONTWRITEBYTECODE=1 python3 /tests/lib/signs.py --call "$@"
}

for i in 1 2 3 4 5 6 7 8; do
	signs --call hangup:2:bytes:1$i >/dev/null &
	sleep 0.2
done
for i in 1 2 3; do
	signs --call hangup:2:bytes:2$i hangup:1:bytes:3$i hangup:1.5:bytes:4$i >/dev/null &
	begin=${EPOCHREALTIME/[.,]/}
	run other git
	equal "$output" signed
	ms=$(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
	[ $ms -lt 9000 ] || fail "it waited for $ms ms"
done
wait
run cat /home/vault/asked
expect 0 ssh-client
equal "$(grep -c work-vault /home/vault/asked)" 3

# Where the other keeps its question open, it is not a timeout of the one that waits, however often.
rm -rf $vault_run/qssh/cooldown
signs --call bytes:51 >/dev/null &
for i in 1 2 3 4; do
	sleep 0.3
	other hangup:0.5:bytes:5$i >/dev/null
done
run other git
equal "$output" signed
wait
wait_for none_running
