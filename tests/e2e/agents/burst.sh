#!/bin/bash
# SPDX-License-Identifier: ISC
# Many first calls at once start one agent and one witness, with a user manager and without, and each of them finds the
# keys.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
burst()
{
	local n
	rm -f /tmp/burst.*
	for n in {1..12}; do
		list default >"/tmp/burst.$n" 2>&1 &
	done
	for n in {1..12}; do
		wait -n
	done
	for n in {1..12}; do
		run cat "/tmp/burst.$n"
		expect 0 ed25519@vault
	done
	equal "$(pgrep -u vault -c -f 'ssh-agent -D')" 2
	equal "$(grep -c id_ed25519 $loads)" 1
}

burst
pkill -u vault -x ssh-agent
wait_for not pgrep -u vault -x ssh-agent
rm $loads
vault_manager
burst
