#!/bin/bash
# SPDX-License-Identifier: ISC
# Another ProxyCommand can be wrapped: a jump host, a relay, one that passes its connection, and one that cannot be run.
. "$(dirname "$0")/../../lib/proxy.sh"

form jump "%h %p '%r' -- ssh -F passed -W '[%h]:%p' remote@elsewhere"
form relay "%h %p '%r' -- socat - TCP4:%h:%p"
cat >/home/ssh-client/pass.py <<'PYTHON'
import socket, sys
s = socket.create_connection((sys.argv[1], sys.argv[2]))
socket.send_fds(socket.socket(fileno=1), [bytes(1)], [s.fileno()])
PYTHON
form passing "%h %p '%r' -- python3 pass.py %h %p"
echo 'ProxyUseFdpass yes' >>/home/ssh-client/passing
for form in jump relay passing; do
	run client ssh -F $form remote@host id -un
	expect 0
	equal "$output" remote
	gone
done
calls 4

form missing "%h %p '%r' -- no-such-command"
run client ssh -F missing remote@host id -un
expect 255 'no-such-command: No such file or directory'
gone

# The command is what ssh ends, and its end is ours.
client ssh -F relay remote@host 'echo in; sleep 60' >/tmp/out 2>&1 &
wait_for grep -q in /tmp/out
run pgrep -u ssh-client -x -a socat
expect 0 'socat - TCP4:host:22'
pkill -u ssh-client -x ssh
gone
wait_for eval '! pgrep -u ssh-client -x socat'
