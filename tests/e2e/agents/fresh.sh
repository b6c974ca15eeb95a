#!/bin/bash
# SPDX-License-Identifier: ISC
# A vault that was just started, with a user manager and no agent, no SSH_AUTH_SOCK and no keys loaded, serves the first
# login.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
vault_bare
vault_manager
run pgrep -u vault -x ssh-agent
expect 1

run client ssh remote@host id -un
expect 0 remote
equal "$output" remote
run vault systemctl --user is-active qssh-agent@default qssh-agent@witness
expect 0
run grep -c . $signatures
expect 0 2
run cat $signatures
expect 0 host=proven to=host
run cat $loads
expect 0 'event=load verdict=loaded' id_ed25519
equal "$(stat -c '%U %a' $agents $agents/default $agents/witness | sort -u)" $'vault 600\nvault 700'

# The second login starts nothing.
pid=$(agent_pid default)
run client ssh remote@host id -un
expect 0 remote
equal "$(agent_pid default)" "$pid"
