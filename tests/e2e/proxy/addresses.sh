#!/bin/bash
# SPDX-License-Identifier: ISC
# IPv4 and IPv6 hosts are reached, and a host's addresses are tried in turn until one takes the connection.
. "$(dirname "$0")/../../lib/proxy.sh"

pkill -x sshd
wait_for eval '! pgrep -x sshd'
"$(command -v sshd)" -o ListenAddress=::1 -o ListenAddress=127.0.0.8
cat >>/etc/hosts <<'HOSTS'
127.0.0.7 several
127.0.0.8 several
::1 six
HOSTS
sed 's/^host,elsewhere/several,six,::1/' /etc/ssh/ssh_known_hosts >/home/ssh-client/.ssh/known_hosts
chown ssh-client /home/ssh-client/.ssh/known_hosts
for form in passed relayed; do
	for name in several six ::1; do
		run client ssh -F $form "remote@$name" id -un
		expect 0
		equal "$output" remote
	done
done
gone
