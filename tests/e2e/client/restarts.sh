#!/bin/bash
# SPDX-License-Identifier: ISC
# However often qssh.socket is restarted, it listens, and the other vaults' sockets with it.
. "$(dirname "$0")/../../lib/script.sh"

client qssh add work-vault >/dev/null
for _ in {1..12}; do
	client systemctl --user restart qssh.socket
done
run client qssh status
expect 0 'default: the vault that dom0 chooses; listening' 'work-vault: the vault work-vault; listening'

# A person stops and starts it: the others follow.
client systemctl --user stop qssh.socket
run client qssh status
expect 1 'default: the vault that dom0 chooses; not listening' 'work-vault: the vault work-vault; not listening'
equal "$(find /run/user/47001/qssh /home/ssh-client/.config/qssh/sockets -type s -o -type l)" ''
client qssh enable >/dev/null
run client qssh status
expect 0 'default: the vault that dom0 chooses; listening' 'work-vault: the vault work-vault; listening'
