#!/bin/bash
# SPDX-License-Identifier: ISC
# A host that the vault has no name for is kept for its owner, who names it by its whole fingerprint; from then on rules
# can name it.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

known=/home/vault/.config/qssh/known_hosts
unnamed=/home/vault/.local/state/qssh/unnamed

witness
host_start elsewhere 2222
fingerprint=$(ssh-keygen -lf /run/world/host_key.2222.pub | cut -d' ' -f2)
rules <<'EOR'
allow ssh-client to remote@[elsewhere]:2222
EOR

run vault qssh-vault hosts
expect 0 'no host key was seen'
run client ssh -p 2222 remote@elsewhere id -un
expect 255
run vault qssh-vault hosts
expect 0 "$fingerprint ssh-ed25519 ssh-client 20" 'may have made it up' "'[HOST]:PORT'"
equal "$(stat -c '%a %U' $unnamed)" '600 vault'

# Neither a part of the fingerprint nor another one will do, and nothing but a name of one host.
run vault qssh-vault trust "${fingerprint%?}" '[elsewhere]:2222'
expect 2 'whole fingerprint'
run vault qssh-vault trust "$(ssh-keygen -lf /home/vault/.ssh/id_rsa.pub | cut -d' ' -f2)" '[elsewhere]:2222'
expect 1 'no such host key'
for name in '*' 'elsewhere,host' '!elsewhere' '@revoked' $'elsewhere\nhost' '[elsewhere]:22'; do
	run vault qssh-vault trust "$fingerprint" "$name"
	expect 2 "not a host's name"
done
[ ! -e $known ] || fail 'a refused trust left a file'

run vault qssh-vault trust "$fingerprint" '[elsewhere]:2222'
expect 0 "added: $fingerprint ssh-ed25519 [elsewhere]:2222"
equal "$(stat -c '%a %U' $known)" '600 vault'
equal "$(cat $known)" "[elsewhere]:2222 $(cut -d' ' -f1,2 /run/world/host_key.2222.pub)"
run vault ssh-keygen -F '[elsewhere]:2222' -f $known
expect 0 "$(cut -d' ' -f2 /run/world/host_key.2222.pub)"
run client ssh -p 2222 remote@elsewhere id -un
expect 0 remote
run vault qssh-vault hosts
expect 0 'no host key was seen'
# The key keeps its name, and can have another.
run vault qssh-vault trust "$fingerprint" second
expect 0 "added: $fingerprint" "'[second]:PORT'"
rules <<'EOR'
allow ssh-client to remote@second
EOR
run client ssh -p 2222 remote@elsewhere id -un
expect 0 remote
vault ssh-keygen -q -R second -f $known 2>/dev/null

# A new key for that name is refused, and so are all ways around it.
host_start again 2223
run client ssh -p 2223 remote@again id -un
expect 255
changed=$(ssh-keygen -lf /run/world/host_key.2223.pub | cut -d' ' -f2)
run vault qssh-vault trust "$changed" '[elsewhere]:2222'
expect 1 "it has another key, $fingerprint ssh-ed25519, in $known" "ssh-keygen -f $known -R '[elsewhere]:2222'"
mend=$(tail -n 1 <<<"$output")
printf '[elsewhere]:2222 %s\n[again]:2223 %s\n' "$(cut -d' ' -f1,2 /run/world/host_key.2223.pub)" \
    "$(cut -d' ' -f1,2 /run/world/host_key.2223.pub)" >/tmp/import
ssh-keygen -q -H -f /tmp/import 2>/dev/null
run vault qssh-vault trust --file /tmp/import
expect 1 "add:       $changed" "refuse:    $changed ssh-ed25519 (a hashed name): it has another key, $fingerprint" 'no terminal'
run vault qssh-vault trust --file /tmp/import --yes
expect 1 '1 to add, 0 there already, 1 refused, 0 passed over'
run vault ssh-keygen -lf $known
expect 0 "$fingerprint [elsewhere]:2222" "$changed"
equal "$(wc -l <$known)" 2
rules <<'EOR'
allow ssh-client to remote@[again]:2223
EOR
run client ssh -p 2223 remote@again id -un
expect 0 remote

# As the message says: with the old line gone, the new key can have the name.
run vault sh -c "$mend"
expect 0
run vault qssh-vault trust --file /tmp/import --yes
expect 0 '1 to add, 1 there already'

# Whoever asks at the terminal is answered there.
echo "typed $(cut -d' ' -f1,2 /run/world/host_key.2222.pub)" >/tmp/import
run vault sh -c "echo n | script -qec 'qssh-vault trust --file /tmp/import' /dev/null"
expect 1 "Add 1 line to $known? [y/N]" 'nothing was added'
run vault sh -c "echo y | script -qec 'qssh-vault trust --file /tmp/import' /dev/null"
expect 0
run vault ssh-keygen -F typed -f $known
expect 0

# From a pipe whose writer takes its time.
echo "piped $(cut -d' ' -f1,2 /run/world/host_key.2222.pub)" >/tmp/import
run vault sh -c '(sleep 0.5; cat /tmp/import) | qssh-vault trust --file /dev/stdin --yes'
expect 0 '1 to add'
run vault ssh-keygen -F piped -f $known
expect 0
