#!/bin/bash
# SPDX-License-Identifier: ISC
# Where only root may remove the drop-in, qssh disable says that it stays and does nothing, and the next start of the
# qube removes it.
. "$(dirname "$0")/../../lib/script.sh"

link=/etc/ssh/ssh_config.d/30-qssh.conf

run client qssh disable
expect 0 Off. "$link stays, since only root may remove it; the next start of this qube does. It changes nothing"
[ -L $link ] || fail 'it is gone'
run client ssh -G host
expect 0 'host host'
lacks identityagent

sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/qssh-ssh-config.service | sh
[ ! -L $link ] || fail 'the next start leaves it'
run client qssh disable
expect 0 Off.
lacks $link

mkdir -p /run/qubes-service
touch /run/qubes-service/qssh
sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/qssh-ssh-config.service | sh
[ -L $link ] || fail 'dom0 has switched it on, and ssh is not told'
run client qssh disable
expect 0 Off. "$link stays, since only root may remove it. It changes nothing" 'dom0 switches it on again'
