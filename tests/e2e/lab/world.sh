#!/bin/bash
# SPDX-License-Identifier: ISC
# A world keeps to itself: own processes, network and files, and the qubes cannot see each other's.
. "$(dirname "$0")/../../lib/script.sh"

run ps -eo pid=
expect 0
[ "$(wc -l <<<"$output")" -lt 20 ] || fail "other processes are to be seen"
equal "$(ip -o link | wc -l)" 1
run client cat /home/vault/.ssh/id_ed25519
expect 1 'Permission denied'
run client ls /run/user/47002
expect 2 'Permission denied'
run client cat /run/qubes/vault/session
expect 0

# A child that keeps the service's stderr holds the call open.
mkdir -p /usr/local/etc/qubes-rpc
printf '#!/bin/sh\nsleep 1 </dev/null >/dev/null &\n' >/usr/local/etc/qubes-rpc/test.Child
chmod +x /usr/local/etc/qubes-rpc/test.Child
policy <<<'test.Child * ssh-client vault allow'
begin=${EPOCHREALTIME/[.,]/}
run client sh -c 'qrexec-client-vm -- vault test.Child </dev/null'
expect 0
[ $((${EPOCHREALTIME/[.,]/} - begin)) -gt 900000 ] || fail "the call did not wait for it"
