#!/bin/bash
# SPDX-License-Identifier: ISC
# A host that shows a certificate is proven by its CA's line; a user certificate logs in under a rule for its plain key;
# a CA signs only where a rule says certificate.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
# A host certificate of a CA that the vault trusts for one name.
ssh-keygen -q -t ed25519 -N '' -f /run/world/ca
host_start certified 2222 'HostCertificate /run/world/host_key.2222-cert.pub'
ssh-keygen -q -s /run/world/ca -I id -h -n certified,other -V +1h /run/world/host_key.2222.pub
pkill -HUP -f sshd_config.2222
wait_for ssh-keyscan -c -p 2222 localhost
printf '@cert-authority [certified]:2222 %s\n' "$(cat /run/world/ca.pub)" | tee /home/ssh-client/.ssh/known_hosts | vault tee .ssh/known_hosts >/dev/null
rules <<'EOF2'
allow ssh-client to remote@[certified]:2222
EOF2
run client ssh -p 2222 remote@certified id -un
expect 0 remote
run signatures
expect 0 host=proven
printf '@revoked * %s\n' "$(cat /run/world/ca.pub)" | vault tee -a .ssh/known_hosts >/dev/null
run client ssh -p 2222 remote@certified id -un
expect 255
vault rm .ssh/known_hosts

# A user certificate, by the rule for its plain key.
ssh-keygen -q -t ed25519 -N '' -f /run/world/userca
ssh-keygen -q -s /run/world/userca -I id -n remote -V +1h /home/vault/.ssh/id_ecdsa.pub
chown vault /home/vault/.ssh/id_ecdsa-cert.pub
printf 'cert-authority %s\n' "$(cat /run/world/userca.pub)" >/home/remote/.ssh/authorized_keys
vault_keys id_ecdsa
rules <<'EOF2'
allow ssh-client key ~/.ssh/id_ecdsa.pub to remote@host
EOF2
run client ssh remote@host id -un
expect 0 remote

# Issuing one through the vault's key.
vault cp .ssh/id_ed25519.pub /tmp/ca.pub
chmod 644 /tmp/ca.pub
client ssh-keygen -q -t ed25519 -N '' -f mine
vault_keys id_ed25519
rules <<'EOF2'
allow ssh-client uses any
EOF2
run client SSH_AUTH_SOCK=$socket ssh-keygen -q -U -s /tmp/ca.pub -I id -n root -V +52w mine.pub
[ "$status" != 0 ] || fail "a certificate without a rule for certificates"
rules <<'EOF2'
allow ssh-client for certificate
EOF2
run client SSH_AUTH_SOCK=$socket ssh-keygen -q -U -s /tmp/ca.pub -I id -n root -V +52w mine.pub
expect 0
run client ssh-keygen -L -f mine-cert.pub
expect 0 root
run vault qssh-vault log
expect 0 'purpose=certificate certificate=user principals=root keyid=id '
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'sign: certificate for root, key id "id"'
