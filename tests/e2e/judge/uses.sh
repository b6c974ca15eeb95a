#!/bin/bash
# SPDX-License-Identifier: ISC
# One authorisation is one use: the second signature on one connection is refused, unless `uses` covers it, as for a
# server that wants two keys.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
host_start two 2222 'AuthenticationMethods publickey,publickey'
host_name two 2222
vault_keys id_ed25519 id_ecdsa
rules <<'EOF2'
allow ssh-client
EOF2
run python ssh-client <<'EOF2'
a = Agent()
keys = [k for k, _ in identities(a.ask(frame(LIST)))]
same(a.ask(sign_request(keys[0], sshsig("file", b"1")))[0], SIGNATURE)
same(a.ask(sign_request(keys[0], sshsig("file", b"2"))), (FAILURE, b""))
same(a.ask(sign_request(keys[1], sshsig("file", b"3"))), (FAILURE, b""))
same(Agent().ask(sign_request(keys[1], sshsig("file", b"4")))[0], SIGNATURE)
EOF2
expect 0
run client ssh -p 2222 remote@two id -un
expect 255

rules <<'EOF2'
allow ssh-client uses 2
EOF2
run client ssh -p 2222 remote@two id -un
expect 0 remote

# And `rate` the same across connections.
rules <<'EOF2'
allow ssh-client rate 2/1h
EOF2
vault rm -rf .local/state/qssh/rates
run client ssh remote@host true
expect 0
run client ssh remote@host true
expect 0
run client ssh remote@host true
expect 255
run refusals
expect 0 'rule=1'
