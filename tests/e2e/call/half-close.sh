#!/bin/bash
# SPDX-License-Identifier: ISC
# A client that closes its sending half after a request still gets the answer, and then the end.
. "$(dirname "$0")/../../lib/script.sh"

run python ssh-client <<'EOF'
a = Agent()
a.send(frame(LIST) + frame(LIST))
a.half_close()
same(len(identities(a.reply())), 1)
same(len(identities(a.reply())), 1)
same(a.reply(), None)
EOF
expect 0

# The same at the vault's own end, without qssh-client.
run client sh -c 'printf "\0\0\0\1\13" | timeout 10 qrexec-client-vm vault qubes.SshAgent | od -An -tu1 -j4 -N5'
expect 0
equal "$(tr -s ' ' <<<"$output")" ' 12 0 0 0 1'
wait_for none_running
