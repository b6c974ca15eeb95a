#!/bin/bash
# SPDX-License-Identifier: ISC
# Each allowed signature gives one notification with its sentence, from the client as dom0 names it; a refusal gives one
# of higher urgency.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
notifications plain
witness
rules <<'EOR'
allow ssh-client to remote@host
EOR

run client ssh remote@host true
expect 0
notified 1
equal "$(notice 1 summary)" 'ssh-client → remote@host: signed'
run notice 1 body
expect 0 'key: ed25519@vault (ED25519 ...' 'rules:1: allowed'
equal "$(notice 1 actions)" '[]'
run notice 1 hints
expect 0 "'urgency': 1"

rules <<'EOR'
deny ssh-client for login
allow ssh-client
EOR
run python ssh-client <<'EOF2'
key, _ = identities(Agent().ask(frame(LIST)))[0]
same(Agent().ask(sign_request(key, userauth("x" * 32, "root", key))), (FAILURE, b""))
EOF2
expect 0
notified 2
equal "$(notice 2 summary)" 'Refused: login of ssh-client to an unknown host, as root'
run notice 2 body
expect 0 'key: ed25519@vault (ED25519 ...' 'rules:1: a rule denies it'
run notice 2 hints
expect 0 "'urgency': 2"
wait_for none_running
