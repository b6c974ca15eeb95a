#!/bin/bash
# SPDX-License-Identifier: ISC
# The plain publickey method only vouches for the host: refused at first, with the word to write in the reason, and
# allowed where a rule says `vouched`.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
rules <<'EOF2'
allow ssh-client to remote@host
EOF2
run client ssh -o PubkeyAuthentication=unbound remote@host true
expect 255
run refusals
expect 0 host=vouched voucher=host
lacks to=host
[[ $output == *reason=*vouched* ]] || fail "the reason does not name the word"
rules <<'EOF2'
allow ssh-client to remote@host vouched
EOF2
run client ssh -o PubkeyAuthentication=unbound remote@host id -un
expect 0 remote
run client ssh remote@host id -un
expect 0 remote
run signatures
expect 0 host=vouched host=proven
