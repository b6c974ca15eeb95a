#!/bin/bash
# SPDX-License-Identifier: ISC
# On a host that one is logged in to with ssh -A git signs with the vault's key, after a question that says by way of
# which host; a no there leaves the client's terminal alone.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

witness
askpass <<'EOP'
echo "$1" >>/home/vault/asked
[ ! -e /home/vault/no ] || exit 1
echo yes
EOP
key=$(cut -d' ' -f1,2 /home/vault/.ssh/id_ed25519.pub)
as remote tee /tmp/sign >/dev/null <<EOF2
set -e
[ -d work ] || git init -q -b main work
cd work
echo "me@there $key" >../signers
git config user.name me
git config user.email me@there
git config gpg.format ssh
git config user.signingkey 'key::$key'
git config gpg.ssh.allowedSignersFile ~/signers
git commit -q -S --allow-empty -m there
git verify-commit HEAD
EOF2
run client ssh -A remote@host sh /tmp/sign
expect 0 'Good "git" signature for me@there'
run cat /home/vault/asked
expect 0 'let ssh-client sign a git commit, tag or push certificate' 'by way of: host, where the keys were forwarded'

vault touch no
run client script -qec 'ssh -A remote@host sh /tmp/sign' /dev/null
[ "$status" != 0 ] || fail 'git signed after a no'
lacks 'qssh:'
