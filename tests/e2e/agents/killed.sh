#!/bin/bash
# SPDX-License-Identifier: ISC
# An agent that is killed between LIST and SIGN makes the SIGN a FAILURE with a reason in the record; the next call
# starts it anew.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
vault_manager
python ssh-client <<'EOF2' &
a = Agent()
key, comment = identities(a.ask(frame(LIST)))[0]
open("/tmp/listed", "w")
while not os.path.exists("/tmp/killed"):
    time.sleep(0.01)
same(a.ask(sign_request(key, sshsig("file", b"x"))), (FAILURE, b""))
same(a.ask(frame(LIST)), (FAILURE, b""))
EOF2
script=$!
wait_for test -e /tmp/listed
first=$(agent_pid default)
kill -KILL "$first"
touch /tmp/killed
wait $script
run cat $requests
expect 0 'the\x20agent\x20closed\x20the\x20connection'

run client ssh remote@host id -un
expect 0 remote
[ "$(agent_pid default)" != "$first" ] || fail "the same agent"

# The same without a manager.
vault systemctl --user stop qssh-agent@default
vault systemctl --user exit
wait_for not pgrep -u vault -x systemd
run client ssh remote@host id -un
expect 0 remote
kill -KILL "$(agent_pid default)"
run client ssh remote@host id -un
expect 0 remote
