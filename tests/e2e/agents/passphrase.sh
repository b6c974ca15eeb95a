#!/bin/bash
# SPDX-License-Identifier: ISC
# A key that wants a passphrase: the first call waits until it is given in the vault's session, and finds the key
# loaded. A refused or wrong one is said, keeps no other key from loading, and is not asked for again until the agent is
# reloaded.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_key default locked -N secret
vault_key default plain
vault_empty
bus_start
notifications plain

# What the person does, each time asked; a file says how often it was asked, and what for.
person()
{
	rm -f /home/vault/asked
	askpass <<-EOP
		echo "\$1" >>/home/vault/asked
		$*
	EOP
}

person 'sleep 1; echo secret'
run list
expect 0 default/locked default/plain
run cat /home/vault/asked
expect 0 'Enter passphrase for /home/vault/.ssh/identities.d/default/locked'
equal "$(wc -l </home/vault/asked)" 1

vault systemctl --user stop qssh-agent@default
person 'exit 1'
run list
expect 0 default/plain
lacks default/locked
run cat $loads
expect 0 'verdict=failed' 'identities.d/default/locked:\x20its\x20passphrase\x20was\x20not\x20given' 'verdict=loaded reason=~/.ssh/identities.d/default/plain'
notified 1
run notice 1 summary
expect 0 'Keys of agent default were not loaded'
run notice 1 body
expect 0 'identities.d/default/locked: its passphrase was not given'
run list
expect 0 default/plain
equal "$(wc -l </home/vault/asked)" 1

person 'echo secret'
vault systemctl --user reload qssh-agent@default
run list
expect 0 default/locked default/plain

# Without any askpass program.
vault systemctl --user stop qssh-agent@default
desktop SSH_ASKPASS=/nowhere
run list
expect 0 default/plain
lacks default/locked
run cat $loads
expect 0 'no\x20ssh-askpass\x20is\x20installed'
