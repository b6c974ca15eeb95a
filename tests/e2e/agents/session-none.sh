#!/bin/bash
# SPDX-License-Identifier: ISC
# A vault without a screen, and a service that dom0's policy runs as another user than the session's, wait for
# no session.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

soon()
{
	local begin=$SECONDS
	run list
	expect 0 ED25519
	[ $((SECONDS - begin)) -lt 10 ] || fail "it waited"
}

vault_bare
vault_gui False
soon
vault_gui True
qubesdb /default-user somebody
soon
