#!/bin/bash
# SPDX-License-Identifier: ISC
# An agent that answers SUCCESS to any bind proves nothing. Only our witness's word counts: without it hosts are
# unknown, with it they are proven behind any agent.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

agent record
rules <<'EOF2'
allow ssh-client to remote@host
EOF2
# A directory in the witness's place: nothing can start there.
vault mkdir -p -m 700 /run/user/47002/qssh/agents
vault mkdir /run/user/47002/qssh/agents/witness
run client ssh remote@host true
expect 255
run python ssh-client <<'EOF2'
a = Agent()
key, session = string("ssh-ed25519") + string(bytes(32)), b"s" * 32
same(a.ask(frame(EXTENSION, string("session-bind@openssh.com") + string(key) + string(session) + string(string("ssh-ed25519") + string(bytes(64))) + b"\0")), (SUCCESS, b""))
[(mine, _)] = identities(a.ask(frame(LIST)))
login = userauth(session, "remote", mine).replace(string("publickey"), string("publickey-hostbound-v00@openssh.com")) + string(key)
same(a.ask(sign_request(mine, login)), (FAILURE, b""))
EOF2
expect 0
run grep -cx 13 $heard
equal "$output" 0
run refusals
expect 0 host=unknown
lacks host=proven host=unnamed

rmdir /run/user/47002/qssh/agents/witness
witness
: >$heard
client ssh remote@host true || true
wait_for grep -qx 13 $heard
run signatures
expect 0 'host=proven to=host'
