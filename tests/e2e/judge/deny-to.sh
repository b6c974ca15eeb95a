#!/bin/bash
# SPDX-License-Identifier: ISC
# `deny ... to` is not slipped past by leaving out the bind, nor by a host key without a name: what is not known
# satisfies a deny.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
host_start nowhere 2222
rules <<'EOF2'
deny ssh-client to *@host
allow ssh-client uses any
EOF2
run client ssh remote@host true
expect 255
run client ssh -p 2222 remote@nowhere true
expect 255
run python ssh-client <<'EOF2'
a = Agent()
[(mine, _)] = identities(a.ask(frame(LIST)))
same(a.ask(sign_request(mine, userauth(b"s" * 32, "remote", mine))), (FAILURE, b""))
same(a.ask(sign_request(mine, sshsig("file", b"not a login")))[0], SIGNATURE)
EOF2
expect 0
run refusals
expect 0 'host=proven' 'host=unknown' 'rule=1'
lacks 'rule=2'
host_name nowhere 2222
run client ssh -p 2222 remote@nowhere id -un
expect 0 remote
