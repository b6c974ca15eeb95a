#!/bin/bash
# SPDX-License-Identifier: ISC
# A FIDO key is loaded and listed as others are; without its token a signature is refused, with a reason in the record,
# and the next key is tried.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

# ssh-keygen wants a token to make one; its file has nothing secret but a handle for the token.
vault install -d -m 700 $keydir $keydir/default
vault python3 - $keydir/default/token <<'EOF2'
import base64, os, struct, sys
def string(b): return struct.pack(">I", len(b)) + b
kind, key, application = b"sk-ssh-ed25519@openssh.com", bytes(range(32)), b"ssh:"
public = string(kind) + string(key) + string(application)
check = struct.pack(">I", 7)
private = check + check + string(kind) + string(key) + string(application) + b"\1" + string(b"handle" * 8) + string(b"") + string(b"token")
private += bytes(range(1, 1 + -len(private) % 8))
whole = b"openssh-key-v1\0" + string(b"none") + string(b"none") + string(b"") + struct.pack(">I", 1) + string(public) + string(private)
os.umask(0o077)
open(sys.argv[1], "w").write("-----BEGIN OPENSSH PRIVATE KEY-----\n" + base64.encodebytes(whole).decode() + "-----END OPENSSH PRIVATE KEY-----\n")
open(sys.argv[1] + ".pub", "w").write((kind + b" " + base64.b64encode(public) + b" token\n").decode())
EOF2
vault ssh-keygen -y -f $keydir/default/token >/dev/null
cat $keydir/default/token.pub >>/home/remote/.ssh/authorized_keys
rm /home/vault/.ssh/id_*
vault_manager

run list
expect 0 'token (ED25519-SK)'
run client ssh remote@host id -un
expect 255 'Permission denied'
run cat $signatures
expect 0 purpose=login 'outcome=the\x20agent\x20refused'
vault_key default plain
rules <<'EOR'
allow * uses any
EOR
vault systemctl --user reload qssh-agent@default
run client ssh remote@host id -un
expect 0 remote
