#!/bin/bash
# SPDX-License-Identifier: ISC
# The socket is ssh's %C: with another user, port and HostName too. Without %r it is that of one's own name.
. "$(dirname "$0")/../../lib/proxy.sh"

"$(command -v sshd)" -p 2222
form aliased "%h %p '%r'"
cat >>/home/ssh-client/aliased <<'END'
Host shorthand
    HostName host
    Port 2222
    User remote
END
sed 's/^host,elsewhere/[host]:2222/' /etc/ssh/ssh_known_hosts >/home/ssh-client/.ssh/known_hosts
chown ssh-client /home/ssh-client/.ssh/known_hosts
run client ssh -F aliased shorthand id -un
expect 0
equal "$output" remote

form own "%h %p"
run client ssh -F own remote@host id -un
expect 255 'Permission denied'
calls 1
install -d -m 700 -o ssh-client /home/ssh-client/.ssh
install -m 600 -o ssh-client /home/remote/.ssh/authorized_keys /home/ssh-client/.ssh/authorized_keys
run client ssh -F own host id -un
expect 0
equal "$output" ssh-client
gone
