#!/bin/bash
# SPDX-License-Identifier: ISC
# The loopback qrexec-client-vm exits with the service's status also where the other end has gone while it was sending.
. "$(dirname "$0")/../../lib/script.sh"

mkdir -p /usr/local/etc/qubes-rpc
printf '#!/bin/sh\nsleep 0.1\nexit 3\n' >/usr/local/etc/qubes-rpc/test.Brief
chmod +x /usr/local/etc/qubes-rpc/test.Brief
policy <<<'test.Brief * ssh-client vault allow'

# The second frame, stdin's end, leaves when all is over.
run client ASAN_OPTIONS=detect_leaks=0 sh -c "strace -qq -o /dev/null -e inject=sendto:delay_enter=500000:when=2 qrexec-client-vm -- vault test.Brief </dev/null"
expect 3
