#!/bin/bash
# SPDX-License-Identifier: ISC
# A security key that was made with no-touch-required signs without a word; one with verify-required asks for its PIN in
# the vault's session, and for the touch, and a wrong PIN is a refusal.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_empty
security_key silent -O no-touch-required
sed -i 's/^sk-ssh-ed25519/no-touch-required &/' /home/remote/.ssh/authorized_keys
bus_start
notifications plain
run client ssh remote@host id -un
expect 0 remote
notified 1
run notice 1 summary
expect 0 'signed'

# With a PIN.
vault rm $keydir/default/silent $keydir/default/silent.pub
security_key pin -O verify-required
: >/tmp/touch/touched
askpass <<'EOP'
echo "$SSH_ASKPASS_PROMPT: $1" >>/home/vault/asked
[ "$SSH_ASKPASS_PROMPT" = none ] || cat /home/vault/pin
EOP
vault sh -c 'echo 1234 >pin'
vault systemctl --user stop qssh-agent@default
run client ssh remote@host id -un
expect 0 remote
run cat /home/vault/asked
expect 0 ': Enter PIN and confirm user presence for ED25519-SK key SHA256:'
vault sh -c 'echo 0000 >pin'
run client ssh remote@host id -un
expect 255 'agent refused operation'
run cat $signatures
expect 0 'got\x20no\x20PIN'

# ssh-agent itself shows through the same program that it waits, until it does not.
vault rm $keydir/default/pin $keydir/default/pin.pub
rm /tmp/touch/touched
security_key plain
vault systemctl --user stop qssh-agent@default
client ssh remote@host id -un >/tmp/out 2>&1 &
ssh=$!
wait_for grep 'none: Confirm user presence for key ED25519-SK SHA256:' /home/vault/asked
touch_it
ended $ssh
run cat /tmp/out
expect 0 remote
