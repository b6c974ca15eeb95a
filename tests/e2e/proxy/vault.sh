#!/bin/bash
# SPDX-License-Identifier: ISC
# --vault chooses the vault and the argument; two vaults for one socket at a time are an error; no such name is one,
# too.
. "$(dirname "$0")/../../lib/proxy.sh"

policy <<'EOF'
qubes.SshAgent + ssh-client @default allow target=vault
qubes.SshAgent + ssh-client work-vault allow
qubes.SshAgent +default ssh-client vault allow
EOF
directory=/run/user/$(id -u work-vault)
as work-vault ssh-agent -D -a "$directory/agent" >/dev/null 2>&1 &
wait_for test -S "$directory/agent"
as work-vault SSH_AUTH_SOCK="$directory/agent" ssh-add -q
printf '%s\n' DISPLAY=:0 "SSH_AUTH_SOCK=$directory/agent" >/run/qubes/work-vault/session
: >/run/qubes/qrexec-server.work-vault.sock

form work --vault work-vault "%h %p '%r'"
form argument --vault vault:default "%h %p '%r'"
form bad --vault none "%h %p '%r'"
run client ssh -F work remote@host id -un
expect 0 remote
run client ssh -F argument remote@host id -un
expect 0 remote
run cut -d' ' -f2- /run/qubes/calls
equal "$output" $'ssh-client work-vault qubes.SshAgent+\nssh-client vault qubes.SshAgent+default'
run client ssh -F bad remote@host id -un
expect 255 'the vault must be default, QUBE, QUBE:ARGUMENT or default:ARGUMENT'

client ssh -F passed remote@host 'echo in; sleep 60' >/tmp/out &
wait_for grep -q in /tmp/out
run client ssh -F work remote@host id -un
expect 255 'serves another vault'
run client ssh -F passed remote@host id -un
expect 0 remote
pkill -u ssh-client -x ssh
gone

# The default one is configured as for qssh-client.
client sh -c 'mkdir -p .config/qssh; echo work-vault >.config/qssh/vault'
run client ssh -F relayed remote@host id -un
expect 0 remote
run tail -n 1 /run/qubes/calls
expect 0 work-vault
