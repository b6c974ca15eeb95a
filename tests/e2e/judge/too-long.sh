#!/bin/bash
# SPDX-License-Identifier: ISC
# A request that can't be compared with rules and known hosts within a bound in work is refused within a second or so,
# and the record says why; one with fewer hosts to compare is served as ever.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
{
	for i in {1..20}; do
		echo "deny * to h$i.example"
	done
	echo 'allow ssh-client'
} | rules
run client ssh remote@host true
expect 0

# The host's key under 39,000 hashed names, none of which is asked for.
key=$(cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)
for ((i = 0; i < 39000; i++)); do
	echo "|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4= $key"
done | vault tee -a .ssh/known_hosts >/dev/null
begin=$SECONDS
run client ssh -o BatchMode=yes remote@host true
expect 255 'Permission denied'
[ $((SECONDS - begin)) -lt 20 ] || fail "it took $((SECONDS - begin)) s"
run cat /home/vault/.local/state/qssh/record/ssh-client/requests
expect 0 'event=list verdict=refused reason=comparing\x20it\x20with\x20the\x20rules\x20and\x20the\x20known\x20hosts'

# Where no host is bound there is nothing to compare, and the keys are listed.
run client sh -c 'SSH_AUTH_SOCK=/run/user/47001/qssh/default ssh-add -l'
expect 0 ED25519
