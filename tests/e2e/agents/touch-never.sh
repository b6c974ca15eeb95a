#!/bin/bash
# SPDX-License-Identifier: ISC
# A security key that nobody touches: the login is given up with ^C, and recorded; others that come in the meantime are
# refused with a reason, and the agent is whole again once the key gives up.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_empty
security_key token
bus_start
notifications plain
run list
expect 0 'token (ED25519-SK)'

client timeout -s INT 3 ssh remote@host id -un && fail 'ssh succeeded'
wait_for none_running
notified 1
run notice 1 summary
expect 0 'Touch the security key'
run cat $signatures
expect 0 'outcome=the\x20client\x20hung\x20up'

# ssh-agent does one thing at a time.
run list
expect 1 'refused'
run cat $requests
expect 0 'the\x20agent\x20did\x20not\x20answer\x20in\x20time'
: >/tmp/touch/refused
wait_for list
rm /tmp/touch/refused
: >/tmp/touch/touched
run client ssh remote@host id -un
expect 0 remote
