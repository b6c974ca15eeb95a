#!/bin/bash
# SPDX-License-Identifier: ISC
# Ed25519, ECDSA and RSA keys log in, RSA with SHA-256 and with SHA-512.
. "$(dirname "$0")/../../lib/script.sh"

login_with()
{
	local key=$1
	shift
	vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -qD
	vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -q ".ssh/$key"
	run client ssh "$@" remote@host id -un
	expect 0 remote
}

login_with id_ed25519
login_with id_ecdsa
login_with id_rsa -o PubkeyAcceptedAlgorithms=rsa-sha2-256
login_with id_rsa -o PubkeyAcceptedAlgorithms=rsa-sha2-512
