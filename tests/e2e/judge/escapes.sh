#!/bin/bash
# SPDX-License-Identifier: ISC
# What code that has taken over the confined filter tries, with the filter's own descriptors, ends it: to undo the
# record, to reach another socket, to open, start or change anything (tests/fake/escape.c has them all). Where the
# filter is not confined, each of them gets through.
. "$(dirname "$0")/../../lib/script.sh"

# A journal, and another's datagram socket: both take anything.
mkdir -p /run/systemd/journal
cat >/run/world/sink <<'EOP'
import os, socket, select
all = []
for path in "/run/systemd/journal/socket", "/run/world/other":
    all.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    all[-1].bind(path)
    os.chmod(path, 0o666)
while True:
    for s in select.select(all, [], [])[0]:
        s.recv(65536)
EOP
python3 /run/world/sink &
wait_for test -S /run/world/other
run client ssh remote@host id -un
expect 0 remote

record=/home/vault/.local/state/qssh/record/ssh-client/signatures
cp $record /run/world/signatures

escape()
{
	local program=$1 name=$2
	run vault DISPLAY=:0 SSH_AUTH_SOCK=/run/user/47002/agent QREXEC_REMOTE_DOMAIN=ssh-client QREXEC_SERVICE_ARGUMENT= ESCAPE="$name" \
		"/tests/fake/$program" </dev/null
}

run /tests/fake/escape </dev/null
expect 4
names=$(ESCAPE=list /tests/fake/escape)
tried=0
for name in $names; do
	escape escape "$name"
	[ "$status" = 159 ] || fail "$name got through: status $status"
	tried=$((tried + 1))
done
[ $tried -ge 50 ] || fail "only $tried escapes were tried"
cmp $record /run/world/signatures || fail "the record is not what it was"
echo "$tried escapes died"

# The calls that the loop needs differ in nothing but what is checked.
for name in append journal asker unnamed rate share close; do
	escape escape "allowed_$name"
	[ "$status" = 0 ] || fail "allowed_$name: status $status"
done

for name in $names; do
	escape escape-unconfined "$name"
	case $status in
	159 | 3 | 4) fail "$name was not tried: status $status" ;;
	esac
	[ "$name" != truncate_signatures ] || [ ! -s "$record" ] || fail "the record was not truncated"
	rm -rf $record
	install -o vault -g vault -m 600 /run/world/signatures $record
done
