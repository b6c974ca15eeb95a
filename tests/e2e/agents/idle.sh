#!/bin/bash
# SPDX-License-Identifier: ISC
# An agent with QSSH_AGENT_IDLE ends when no client has used it for that time, leaves nothing behind, and starts again
# when it is needed. Without it, it stays.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
vault_key short one
vault_key long two
vault mkdir -p .config/systemd/user/qssh-agent@short.service.d
printf '[Service]\nEnvironment=QSSH_AGENT_IDLE=2s\n' | vault tee .config/systemd/user/qssh-agent@short.service.d/idle.conf >/dev/null
vault_manager
policy <<<'qubes.SshAgent * ssh-client @anyvm allow target=vault'
client qssh add vault:short
client qssh add vault:long

run list vault:short
expect 0 short/one
run list vault:long
expect 0 long/two
for _ in 1 2 3; do
	sleep 1
	run list vault:short
	expect 0 short/one
done
equal "$(vault systemctl --user show -P NRestarts qssh-agent@short)" 0
pid=$(agent_pid short)
wait_for not kill -0 "$pid"
wait_for not vault systemctl --user --quiet is-active qssh-agent@short
run vault systemctl --user --failed --no-legend
equal "$output" ''
run ls $agents
expect 0 long witness
lacks short
run list vault:short
expect 0 short/one
agent_pid long >/dev/null
