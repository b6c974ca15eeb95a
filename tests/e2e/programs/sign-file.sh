#!/bin/bash
# SPDX-License-Identifier: ISC
# ssh-keygen -Y signs a file with a key in the vault, and the signature verifies.
. "$(dirname "$0")/../../lib/script.sh"

cp /home/vault/.ssh/id_ed25519.pub /home/ssh-client/key.pub
chown ssh-client /home/ssh-client/key.pub
client sh -c 'echo text >file; sed "s/^/me /" key.pub >signers'
run client SSH_AUTH_SOCK=$socket ssh-keygen -Y sign -n file -f key.pub file
expect 0
run client sh -c 'ssh-keygen -Y verify -f signers -I me -n file -s file.sig <file'
expect 0 'Good "file" signature for me'
run grep purpose=sshsig:file /home/vault/.local/state/qssh/record/ssh-client/signatures
expect 0
client sh -c 'echo other >file'
run client sh -c 'ssh-keygen -Y verify -f signers -I me -n file -s file.sig <file'
expect 255
