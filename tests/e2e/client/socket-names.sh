#!/bin/bash
# SPDX-License-Identifier: ISC
# The socket's name says which vault and agent are meant; a bad name gets FAILURE and makes no call.
. "$(dirname "$0")/../../lib/script.sh"

names='vault work-vault default:work vault:a.b+c_d-e 1vault none default:@x vault: a-name-that-is-longer-than-31-bytes'
client mkdir -p .config/systemd/user/qssh.socket.d
{
	printf '[Socket]\nSymlinks=\n'
	for name in $names; do
		echo "ListenStream=%t/qssh/$name"
	done
} | client sh -c 'cat >.config/systemd/user/qssh.socket.d/names.conf'
client systemctl --user daemon-reload
client systemctl --user restart qssh.socket
policy </dev/null

for name in $names; do
	run python ssh-client <<-EOF
		a = Agent("/run/user/47001/qssh/$name")
		same(a.ask(frame(LIST)), (FAILURE, b""))
		same(a.ask(frame(LIST)), (FAILURE, b""))
	EOF
	expect 0
done
equal "$(cut -d' ' -f3- /run/qubes/calls)" 'vault qubes.SshAgent+
work-vault qubes.SshAgent+
@default qubes.SshAgent+work
vault qubes.SshAgent+a.b+c_d-e'
