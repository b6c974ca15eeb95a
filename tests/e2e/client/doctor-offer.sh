#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh doctor --call HOST compares what ssh would offer to the host with what the vault lists, and says what keeps a key
# from it.
. "$(dirname "$0")/../../lib/script.sh"

config=/home/ssh-client/.ssh/config
cp /home/vault/.ssh/id_ed25519.pub /home/ssh-client/in-vault.pub
client ssh-keygen -q -t ed25519 -N '' -f elsewhere
rm /home/ssh-client/elsewhere
chmod 644 /home/ssh-client/in-vault.pub

run client qssh doctor --call host
expect 0 'for host ssh offers 1 of these keys'

printf 'Host host\n    IdentitiesOnly yes\n    IdentityFile ~/in-vault.pub\n' >$config
run client qssh doctor --call host
expect 0 'for host ssh offers 1 of these keys'
run client ssh remote@host echo in
expect 0 in

printf 'Host host\n    IdentitiesOnly yes\n    IdentityFile ~/elsewhere\n' >$config
run client ssh remote@host echo in
expect 255
run client qssh doctor --call host
expect 1 'for host ssh offers none of the vault' 'put the public key into a file' '1 thing is wrong' \
    'IdentityFile /home/ssh-client/elsewhere names a key that the vault does not list'
run client qssh doctor --call elsewhere
expect 0 'for elsewhere ssh offers 1 of these keys'

printf 'Host host\n    PubkeyAcceptedAlgorithms rsa-sha2-512\n' >$config
run client qssh doctor --call host
expect 1 'PubkeyAcceptedAlgorithms lack that type' 'offers none'
vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -q .ssh/id_rsa
run client qssh doctor --call host
expect 0 'for host ssh offers 1 of these keys'

for line in 'PubkeyAuthentication no' 'PreferredAuthentications password'; do
	printf 'Host host\n    %s\n' "$line" >$config
	run client qssh doctor --call host
	expect 1 'offers no keys at all' 'delete PubkeyAuthentication'
done
rm $config

# More keys than a server hears out.
for i in {1..6}; do
	vault ssh-keygen -q -t ed25519 -N '' -f "more$i"
	vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -q "more$i"
done
run client qssh doctor --call host
expect 0 'for host ssh offers 8 keys, and most servers end a login after 6'
