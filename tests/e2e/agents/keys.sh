#!/bin/bash
# SPDX-License-Identifier: ISC
# What a key directory may hold: OpenSSH and PEM keys, links to keys, keys with certificates and option files are loaded
# as they say; other files are passed over; a key that can't be loaded is named with its reason.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
policy <<<'qubes.SshAgent + ssh-client @default allow target=vault'
vault mv .ssh/id_ed25519 .ssh/id_ed25519.pub .
rm /home/vault/.ssh/id_*
d=$keydir/default
vault_key default openssh
vault_key default 'with space'
vault_key default pem -t rsa -m PEM
vault_key default pkcs8 -t ecdsa -m PKCS8
vault ln -s /home/vault/id_ed25519 $d/linked
vault_key default certified
vault ssh-keygen -q -t ed25519 -N '' -f ca
vault ssh-keygen -q -s ca -I me -n remote $d/certified.pub
vault_key default lent
echo '-q -t 1h   # an hour' | vault tee $d/lent.ssh-add-option >/dev/null
vault_key default .hidden

vault_key default wrong-option
echo -D | vault tee $d/wrong-option.ssh-add-option >/dev/null
vault_key default readable
chmod 644 $d/readable
printf '%s\n' '-----BEGIN OPENSSH PRIVATE KEY-----' 'nonsense' '-----END OPENSSH PRIVATE KEY-----' | vault sh -c "umask 077; cat >$d/broken"
echo 'remember the milk' | vault tee $d/notes.txt >/dev/null
vault mkdir $d/old
vault mkfifo $d/fifo
vault ln -s /nowhere $d/dangling

run list
expect 0 default/openssh 'default/with space' default/pem default/pkcs8 ed25519@vault 'default/certified (ED25519)' 'default/certified (ED25519-CERT)' default/lent
lacks hidden wrong-option readable broken notes
run cat $loads
expect 0 'wrong-option:\x20its\x20.ssh-add-option\x20file\x20has\x20\x22-D\x22' 'readable:\x20others\x20may\x20read\x20it' 'broken:\x20'
lacks notes fifo dangling old hidden
run grep -c verdict=failed $loads
expect 0 3

# Every kind can log in. The certificate comes without its authority at the host, so its plain key does.
for key in openssh 'with space' pem pkcs8 certified lent; do
	cp "$d/$key.pub" /tmp/key.pub
	chmod 644 /tmp/key.pub
	run client ssh -o IdentitiesOnly=yes -i /tmp/key.pub remote@host id -un
	expect 0 remote
done
