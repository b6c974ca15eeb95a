#!/bin/bash
# SPDX-License-Identifier: ISC
# A user name that is not one is shown escaped: it adds no line, no word and no control character to the record.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

run python ssh-client <<'EOF2'
a = Agent()
[(mine, _)] = identities(a.ask(frame(LIST)))
for user in (b"x\ntime=0 client=dom0", b"\x1b]0;title\x07", "\u202egnp\u2066".encode(), b"\xff\xfe", b"a b=c\"d", b"u" * 2000, b"\0", b"", b"-"):
    Agent().ask(sign_request(mine, userauth(b"s" * 32, user, mine)))
EOF2
expect 0
cd /home/vault/.local/state/qssh/record/ssh-client
# "…" is our own mark for what was cut.
sed 's/…//g' signatures requests | LC_ALL=C grep -P '[^\x20-\x7e]' && fail "a byte that is not printable ASCII"
grep -vqE '^time=[^ ]+Z prev=[^ ]+ conn=[0-9a-f]+ seq=[0-9]+ client=ssh-client arg=-( [a-z]+=[^ =]+)+$' signatures requests && fail "a line that is not key=value words"
awk 'length > 1023 { exit 1 }' signatures requests
run cat signatures requests
expect 0 'user=x\u{a}time\x3d0\x20client\x3ddom0' 'user=\u{202e}gnp\u{2066}' 'user=\xff\xfe' 'user=- ' 'user=\x2d '
