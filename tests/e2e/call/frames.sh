#!/bin/bash
# SPDX-License-Identifier: ISC
# Frames of 256 KiB pass both ways, also in pieces of 1 to 7 bytes; one byte more is refused, and so are the other
# malformed ones.
. "$(dirname "$0")/../../lib/script.sh"

agent big
vault mkdir -p .config/qssh
vault sh -c 'echo "allow * for any uses any rate 1000/1m" >.config/qssh/rules'

for pieces in '' dribble=7; do
	fault $pieces
	run python ssh-client <<-'EOF'
		a = Agent()
		kind, body = a.ask(frame(LIST))
		same((kind, len(body) + 1), (IDENTITIES, MAX))
		key = string("ssh-ed25519") + string(bytes(range(32)))
		room = MAX - 1 - 4 - len(key) - 4 - 4
		kind, body = a.ask(sign_request(key, bytes(room)))
		same(kind, SIGNATURE)
	EOF
	expect 0
done
fault

run python ssh-client <<'EOF'
def refused(data):
    """FAILURE or the end of the connection, and no call for help."""
    a = Agent()
    try:
        a.send(data)
        a.half_close()
        return a.reply() in (None, (FAILURE, b""))
    except (BrokenPipeError, ConnectionResetError):
        return True

for bad in (u32(MAX + 1) + bytes([LIST]) + bytes(MAX), u32(0), u32(0xffffffff) + b"\x0b", u32(0x7fffffff) + b"\x0b", u32(9) + b"\x0b"):
    same((bad[:5], refused(bad)), (bad[:5], True))
for bad in (frame(LIST, b"x"), frame(SIGN), frame(SIGN, u32(0xffffffff)), frame(EXTENSION), frame(EXTENSION, u32(9) + b"query")):
    same((bad, Agent().ask(bad)), (bad, (FAILURE, b"")))
EOF
expect 0
wait_for none_running
