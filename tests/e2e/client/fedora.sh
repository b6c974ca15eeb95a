#!/bin/bash
# SPDX-License-Identifier: ISC
# With ssh's configuration as Fedora has it (Match final, crypto policies) ssh uses the vault, and doctor knows a key
# that the policy refuses.
. "$(dirname "$0")/../../lib/script.sh"

policies=/etc/crypto-policies/back-ends

cat >/etc/ssh/ssh_config.d/50-redhat.conf <<'CONFIG'
Match final all
	Include /etc/crypto-policies/back-ends/openssh.config
	ForwardX11Trusted yes
	SendEnv LANG LC_*
CONFIG
mkdir -p $policies
echo 'PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256,ssh-ed25519,rsa-sha2-256,rsa-sha2-512' >$policies/openssh.config
run client ssh remote@host echo in
expect 0 in
run client SSH_AUTH_SOCK=/run/user/47001/gcr/ssh ssh remote@host echo in
expect 0 in
calls 2
run client qssh doctor --call host
expect 0 'for host ssh offers 1 of these keys'

# FIPS has no ed25519.
echo 'PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256,rsa-sha2-256,rsa-sha2-512' >$policies/openssh.config
run client ssh remote@host echo in
expect 255
run client qssh doctor --call host
expect 1 'PubkeyAcceptedAlgorithms lack that type' 'update-crypto-policies' '1 thing is wrong'
