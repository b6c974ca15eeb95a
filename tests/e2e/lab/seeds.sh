#!/bin/bash
# SPDX-License-Identifier: ISC
# The scripts that qssh replaces work in this world: a resident socat in the client, a shell service in the vault, and
# the loopback qrexec.
. "$(dirname "$0")/../../lib/script.sh"

mkdir -p /usr/local/etc/qubes-rpc
cat >/usr/local/etc/qubes-rpc/qubes.SshAgent <<'EOF'
#!/bin/sh
socat - "UNIX-CONNECT:$SSH_AUTH_SOCK"
EOF
chmod +x /usr/local/etc/qubes-rpc/qubes.SshAgent

sock=/home/ssh-client/.SSH_AGENT_vault
client sh -c "umask 177 && exec socat UNIX-LISTEN:$sock,fork 'EXEC:qrexec-client-vm vault qubes.SshAgent'" &
wait_for test -S $sock

run client SSH_AUTH_SOCK=$sock ssh-add -l
expect 0 'ed25519@vault (ED25519)'
run client SSH_AUTH_SOCK=$sock ssh remote@host id -un
expect 0 remote
calls 2

policy </dev/null
run client SSH_AUTH_SOCK=$sock ssh remote@host id -un
expect 255 'Permission denied'
calls 3
