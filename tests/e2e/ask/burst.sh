#!/bin/bash
# SPDX-License-Identifier: ISC
# A burst is one question: where a rate is used up, a yes covers more of the same for five minutes. One purpose's burst
# uses up no other's rate.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

witness
askpass <<'EOP'
echo "$1" | tr '\n' ' ' >>/home/vault/asked
echo >>/home/vault/asked
[ ! -e /home/vault/no ] || exit 1
echo yes
EOP
vault touch asked
client git init -q -b main work
client git -C work config user.name me
client git -C work config user.email me@work
client git -C work config gpg.format ssh
client git -C work config user.signingKey "key::$(cat /home/vault/.ssh/id_ed25519.pub)"

# The built-in rules: 20 a minute.
for i in {1..26}; do
	run client SSH_AUTH_SOCK=$socket git -C work commit -q -S --allow-empty -m "$i"
	expect 0
done
equal "$(grep -c 'key: ' /home/vault/asked)" 1
run cat /home/vault/asked
expect 0 'CAREFUL, vault: ssh-client has had 20 git signatures in 1 minute. Allow more for 5 minutes?' \
    'Whatever runs in ssh-client can have as many as it likes in that time.' 'type yes'

# A login in the same minute is none of these.
run client ssh remote@host true
expect 0
equal "$(grep -c 'key: ' /home/vault/asked)" 1

# A no.
vault qssh-vault revoke all >/dev/null
vault touch no
run client SSH_AUTH_SOCK=$socket git -C work commit -q -S --allow-empty -m no
[ "$status" != 0 ] || fail "signed after a no"
equal "$(grep -c 'key: ' /home/vault/asked)" 2
