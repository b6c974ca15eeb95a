#!/bin/bash
# SPDX-License-Identifier: ISC
# A call that comes before the vault's session waits for it, and then has the session's display and agent: a
# question is asked there, and the keys are those of the session's agent. A client that gives up meanwhile
# leaves nothing behind.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

rules <<'EOR'
ask ssh-client arg * for any
EOR
askpass <<'EOP'
echo "$DISPLAY" >/home/vault/asked
EOP
vault_bare
vault_gui True
vault_manager

client SSH_AUTH_SOCK=$socket timeout 1 ssh-add -l || true
wait_for none_running

(
	sleep 3
	vault systemctl --user set-environment DISPLAY=:7 SSH_ASKPASS=/home/vault/askpass SSH_AUTH_SOCK=$vault_run/agent
	date +%s%N >/run/world/session-began
	: >/run/qubes/qrexec-server.vault.sock
) &
run signs git
expect 0 signed
[ "$(date +%s%N)" -gt "$(cat /run/world/session-began)" ] || fail "it was signed before there was a session"
equal "$(cat /home/vault/asked)" :7
run cat $requests
lacks event=load
