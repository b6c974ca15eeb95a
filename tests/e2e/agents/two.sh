#!/bin/bash
# SPDX-License-Identifier: ISC
# Two agents with different keys: each client gets the one that dom0 lists for it, by the service argument, and no
# other.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
vault_manager
vault_key work one
vault_key a+b.c-d two
policy <<'EOF2'
qubes.SshAgent +work ssh-client @default allow target=vault
qubes.SshAgent +a+b.c-d work-vault @anyvm allow target=vault
EOF2
client qssh add default:work
client qssh add default:a+b.c-d

run list default:work
expect 0 work/one
lacks a+b.c-d/two id_ed25519 ed25519@vault
run client ssh -o IdentityAgent=/run/user/47001/qssh/default:work remote@host id -un
expect 0 remote
run list default:a+b.c-d
expect 1 refused
run list
expect 1 refused

# The other client, by name.
run as work-vault sh -c 'qrexec-client-vm vault qubes.SshAgent+a+b.c-d </dev/null'
expect 0
run vault systemctl --user list-units --plain --no-legend 'qssh-agent@*'
expect 0 'qssh-agent@work.service' 'qssh-agent@a\x2bb.c-d.service' 'qssh-agent@witness.service'
lacks qssh-agent@default
run vault SSH_AUTH_SOCK=$agents/a+b.c-d ssh-add -l
expect 0 a+b.c-d/two
lacks work/one

# The doctor says whose a key is. Rules without `arg` are for calls without one, and the record says which there was.
run client qssh doctor --call
expect 1 "the default vault's agent work offers SHA256:" 'work/one'
vault mkdir -p .config/qssh
vault tee .config/qssh/rules >/dev/null <<<'allow ssh-client'
run client qssh doctor --call
expect 1 "the default vault's agent work answers, but offers no keys: it may have none, or be locked"
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'list, answered: 0 of 1 key; no rule gives this qube a key with arg work'
