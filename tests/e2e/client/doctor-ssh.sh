#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh doctor finds what keeps ssh from the vault: its configuration, and SSH_AUTH_SOCK.
. "$(dirname "$0")/../../lib/script.sh"
. /tests/lib/doctor.sh

home=/home/ssh-client
sed -i '/Include/d' /etc/ssh/ssh_config
found 'ssh does not read /etc/ssh/ssh_config.d/30-qssh.conf' 'Include /etc/ssh/ssh_config.d/*.conf'
sed -i '1i Include /etc/ssh/ssh_config.d/*.conf' /etc/ssh/ssh_config
mended

mv /etc/ssh/ssh_config.d/30-qssh.conf /root
found '30-qssh.conf is missing' 'as root: systemctl restart qssh-ssh-config.service'
mv /root/30-qssh.conf /etc/ssh/ssh_config.d/
mended

printf 'Host *\n    IdentityAgent "~/.1password/agent.sock"\n' >$home/.ssh/config
found 'config:2 overrides the vault by IdentityAgent /home/ssh-client/.1password/agent.sock' 'delete that line'
# shellcheck disable=SC2088
for old in /run/user/%i/qssh '~/.config/qssh/sockets'; do
	printf 'Host old\n    IdentityAgent %s/old-vault\n' "$old" >$home/.ssh/config
	found 'config:2 has IdentityAgent' 'qssh add old-vault'
done
echo 'Nonsense yes' >$home/.ssh/config
found 'Bad configuration option: nonsense' 'mend the line'
rm $home/.ssh/config
mended

client systemctl --user unset-environment SSH_AUTH_SOCK
found 'SSH_AUTH_SOCK in the user manager' 'restart qssh.socket'
client systemctl --user restart qssh.socket
mended
doctor_done
