#!/bin/bash
# SPDX-License-Identifier: ISC
# The file of a pinned key chooses that key for a host by IdentityFile and IdentitiesOnly, and keeps its name while the
# pins follow the vault.
. "$(dirname "$0")/../../lib/script.sh"

agent=/run/user/47002/agent
keys=/home/ssh-client/.config/qssh/keys/default
for number in 1 2 3 4 5 6 7; do
	vault ssh-keygen -q -t ed25519 -N '' -C "key $number" -f ".ssh/extra$number"
	vault SSH_AUTH_SOCK=$agent ssh-add -q ".ssh/extra$number"
done
vault SSH_AUTH_SOCK=$agent ssh-add -qd .ssh/id_ed25519
vault SSH_AUTH_SOCK=$agent ssh-add -q .ssh/id_ed25519
run client qssh pin
expect 0 /.config/qssh/keys/default/key_1.pub /.config/qssh/keys/default/ed25519@vault.pub
equal "$(cat $keys/ed25519@vault.pub)" "$(cat /home/vault/.ssh/id_ed25519.pub)"

# Of eight keys the right one comes too late, unless the host has its own.
run client ssh remote@host true
expect 255 'Too many authentication failures'
client tee .ssh/config <<'CONFIG' >/dev/null
Host host
    IdentityFile ~/.config/qssh/keys/default/ed25519@vault.pub
    IdentitiesOnly yes
CONFIG
run client ssh remote@host echo by one key
expect 0 'by one key'
run client qssh doctor --call host
expect 0 'for host ssh offers 1 of these keys'

# The vault loses a key and gains one with the comment of another: each file says the same as before.
vault SSH_AUTH_SOCK=$agent ssh-add -qd .ssh/extra1
vault ssh-keygen -q -t ecdsa -N '' -C 'key 2' -f .ssh/twin
vault SSH_AUTH_SOCK=$agent ssh-add -q .ssh/twin
echo mine >$keys/notes.pub
client ssh remote@host true
[ ! -e $keys/key_1.pub ] || fail 'the file of a key that is gone is still there'
equal "$(cat $keys/key_2.pub)" "$(cat /home/vault/.ssh/extra2.pub)"
equal "$(cat $keys/key_2-2.pub)" "$(cat /home/vault/.ssh/twin.pub)"
run client ssh remote@host echo by the same
expect 0 'by the same'

client qssh unpin
equal "$(ls $keys)" notes.pub
