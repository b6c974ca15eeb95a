#!/bin/bash
# SPDX-License-Identifier: ISC
# A signature by a security key waits for a touch: the vault says at once what it is for, the client's terminal that it
# is waited for, and with the touch the login goes on. A refused one says so in the vault, and ssh tries the next key.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_empty
security_key token
bus_start
notifications plain
run list
expect 0 'token (ED25519-SK)'

# Its touch comes after a while.
client script -qec 'ssh remote@host id -un' /dev/null >/tmp/out 2>&1 &
ssh=$!
notified 1
run notice 1 summary
expect 0 'Touch the security key: login of ssh-client to remote@host'
run notice 1 body
expect 0 'It waits now.' 'key: token (ED25519-SK'
run notice 1 hints
expect 0 "'urgency': 2"
wait_for grep 'touch its security key' /tmp/out
touch_it
ended $ssh
run cat /tmp/out
expect 0 'qssh: waiting for the default vault: touch its security key once that blinks' remote
equal "$(grep -c 'qssh: ' /tmp/out)" 1
notified 2
run notice 2 summary
expect 0 'ssh-client → remote@host: signed'
run cat $signatures
expect 0 'verdict=allow' 'outcome=signed'

# A key that is touched at once: nothing is said but that it signed.
run client script -qec 'ssh remote@host id -un' /dev/null
expect 0 remote
lacks 'qssh: '
notified 3
run notice 3 summary
expect 0 'signed'

# Another takes its hand away. The next key logs in.
rm /tmp/touch/touched
vault_key default zz-plain
vault systemctl --user reload qssh-agent@default
rules <<<'allow ssh-client uses any'
witness
client ssh remote@host id -un >/tmp/out 2>&1 &
ssh=$!
refuse_it
ended $ssh
run cat /tmp/out
expect 0 'agent refused operation' remote
run cat $signatures
expect 0 'outcome=the\x20agent\x20refused:\x20the\x20security\x20key\x20was\x20not\x20touched'
wait_for sh -c "grep -q 'Refused: login of ssh-client to remote@host' $notices*"
