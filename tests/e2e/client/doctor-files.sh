#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh doctor finds what is wrong with the default vault's name, pins and qrexec, and what dom0 refuses.
. "$(dirname "$0")/../../lib/script.sh"
. /tests/lib/doctor.sh

home=/home/ssh-client
client sh -c 'echo not a name >.config/qssh/vault'
# shellcheck disable=SC2088
found "~/.config/qssh/vault holds no qube's name" 'qssh enable --vault NAME'
rm $home/.config/qssh/vault
mended

client mkdir -p .config/qssh/pins
client sh -c 'echo rubbish >.config/qssh/pins/default.pub'
found 'a line is not a public key' 'qssh unpin default'
client qssh unpin
mended

mv /usr/bin/qrexec-client-vm /usr/bin/qrexec-client-vm.away
found "qrexec-client-vm can't be executed" 'qubes-core-qrexec'
printf '#!/bin/sh\necho usage: of an older one\n' >/usr/bin/qrexec-client-vm
chmod 755 /usr/bin/qrexec-client-vm
found 'does not know --use-stdin-socket' 'update'
mv /usr/bin/qrexec-client-vm.away /usr/bin/qrexec-client-vm
mended

policy </dev/null
run client qssh doctor --call
expect 1 'a call through default failed: dom0 refused' 'qubes.SshAgent + ssh-client @default ask'
doctor_done
