#!/bin/bash
# SPDX-License-Identifier: ISC
# Adding, removing, locking, smartcards, SSH1 and unknown messages never reach the agent, also from a client that sends
# them by qrexec itself; each gets FAILURE, and the connection lives on.
. "$(dirname "$0")/../../lib/script.sh"

agent record
run python ssh-client <<'EOF'
a = Call("@default")
key = string("ssh-ed25519") + string(bytes(32))
named = {
    SSH1_REMOVE_ALL: b"", REMOVE_ALL: b"", REMOVE: string(key), LOCK: string("x"), UNLOCK: string("x"),
    SMARTCARD_ADD: string("/usr/lib/x.so") + string(""), SMARTCARD_REMOVE: string("/usr/lib/x.so") + string(""),
    SMARTCARD_ADD_CONSTRAINED: string("/usr/lib/x.so") + string("") + bytes([2]),
    ADD: string("ssh-ed25519") + string(bytes(32)) + string(bytes(64)) + string("c"),
    ADD_CONSTRAINED: string("ssh-ed25519") + string(bytes(32)) + string(bytes(64)) + string("c") + bytes([1]) + u32(9),
}
for kind in range(256):
    if kind in (LIST, SIGN, EXTENSION):
        continue
    same((kind, a.ask(frame(kind, named.get(kind, b"")))), (kind, (FAILURE, b"")))
same(a.ask(frame(EXTENSION, string("no-such@example.org"))), (FAILURE, b""))
same(len(identities(a.ask(frame(LIST)))), 1)
EOF
expect 0
run sort -u $heard
expect 0
equal "$output" $'11\nconnect'
calls 1
