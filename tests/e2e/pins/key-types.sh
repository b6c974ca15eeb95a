#!/bin/bash
# SPDX-License-Identifier: ISC
# Pinned keys of each type, and a user certificate, log in with one call each.
. "$(dirname "$0")/../../lib/script.sh"

agent=/run/user/47002/agent
count=0
for kind in ed25519 ecdsa rsa; do
	vault SSH_AUTH_SOCK=$agent ssh-add -qD
	vault SSH_AUTH_SOCK=$agent ssh-add -q .ssh/id_$kind
	client qssh pin
	run client ssh remote@host echo in with $kind
	expect 0 "in with $kind"
	calls $((count += 2))
done

# A certificate from the vault's agent: only it is let in.
ssh-keygen -q -t ed25519 -N '' -f /root/ca
ssh-keygen -q -s /root/ca -I laptop -n remote /home/vault/.ssh/id_ed25519.pub
chown vault /home/vault/.ssh/id_ed25519-cert.pub
echo "cert-authority $(cat /root/ca.pub)" >/home/remote/.ssh/authorized_keys
vault SSH_AUTH_SOCK=$agent ssh-add -qD
vault SSH_AUTH_SOCK=$agent ssh-add -q .ssh/id_ed25519
run client qssh pin
expect 0 'ssh-ed25519 certificate'
calls $((count += 1))
run client ssh remote@host echo in by certificate
expect 0 'in by certificate'
calls $((count += 1))

# The client has the certificate itself, and the pinned key signs for it.
rm /home/vault/.ssh/id_ed25519-cert.pub
vault SSH_AUTH_SOCK=$agent ssh-add -qD
vault SSH_AUTH_SOCK=$agent ssh-add -q .ssh/id_ed25519
cp /home/vault/.ssh/id_ed25519.pub /home/ssh-client/.ssh/work.pub
ssh-keygen -q -s /root/ca -I own -n remote /home/ssh-client/.ssh/work.pub
chown ssh-client /home/ssh-client/.ssh/work*
client qssh pin
run client ssh -i .ssh/work.pub -o CertificateFile=.ssh/work-cert.pub remote@host echo in by own
expect 0 'in by own'
calls $((count += 2))
