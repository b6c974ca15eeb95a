#!/bin/bash
# SPDX-License-Identifier: ISC
# `via` lets through what comes over ssh -A by way of the hosts that it names, one hop or two, and nothing that comes by
# another or by none; the record, the log and the refusal name the way. ssh -J is the client's own login.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
for hop in second:2222 third:2223; do
	host_start "${hop%:*}" "${hop#*:}"
	host_name "${hop%:*}" "${hop#*:}"
done
cat /home/ssh-client/.ssh/known_hosts >/home/remote/.ssh/known_hosts
# The hosts share their files with the client here, but have no qssh of their own.
rm /etc/ssh/ssh_config.d/30-qssh.conf
client sh -c "echo 'IdentityAgent $socket' >>.ssh/config"

third()
{
	run client ssh "$@" ssh -p 2223 remote@third id -un
}

rules <<'EOF2'
allow ssh-client to remote@[third]:2223 via host
allow ssh-client to remote@host remote@[second]:2222 forwarded no
EOF2
third -A remote@host
expect 0 remote
third -A -p 2222 remote@second
expect 255 'Permission denied'
run client ssh -p 2223 remote@third id -un
expect 255
run cat /home/vault/.local/state/qssh/record/ssh-client/requests
expect 0 'reason=0\x20of\x20'
run signatures
expect 0 'to=[third]:2223' 'via=host viakeys=SHA256:'
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'log in as remote to [third]:2223, by way of host, key'

run vault qssh-vault suggest
expect 0 'to remote@[third]:2223 via host' 'login as remote to [third]:2223, by way of host: 1 time'
vault sh -c 'qssh-vault suggest >/tmp/suggested'
run vault qssh-vault suggest --against /tmp/suggested
expect 0 'would be decided as they were'
vault sh -c 'echo "allow * forwarded no" >/tmp/others'
run vault qssh-vault suggest --against /tmp/others
expect 3 '1 login of ssh-client as remote to [third]:2223, by way of host would now be refused'

# Two hops: each has to be named.
rules <<'EOF2'
allow ssh-client to remote@third via host second
allow ssh-client to remote@[second]:2222 via host
allow ssh-client to remote@host forwarded no
EOF2
run client ssh -A remote@host ssh -A -p 2222 remote@second ssh -p 2223 remote@third id -un
expect 255
rules <<'EOF2'
allow ssh-client to remote@third via host [second]:2222
allow ssh-client to remote@[second]:2222 via host
allow ssh-client to remote@host forwarded no
EOF2
run client ssh -A remote@host ssh -A -p 2222 remote@second ssh -p 2223 remote@third id -un
expect 255
rules <<'EOF2'
allow ssh-client to remote@[third]:2223 via host [second]:2222
allow ssh-client to remote@[second]:2222 via host
allow ssh-client to remote@host forwarded no
EOF2
run client ssh -A remote@host ssh -A -p 2222 remote@second ssh -p 2223 remote@third id -un
expect 0 remote
run signatures
expect 0 'via=host,[second]:2222 viakeys=SHA256:'

# A commit that is signed where one has logged in, and the keys that are shown there.
rules <<'EOF2'
allow ssh-client for git via host
allow ssh-client to remote@host remote@[second]:2222 forwarded no
EOF2
run client ssh -A remote@host 'ssh-add -L >/tmp/key.pub && echo x | ssh-keygen -Y sign -n git -f /tmp/key.pub'
expect 0 'BEGIN SSH SIGNATURE'
run client ssh -A -p 2222 remote@second ssh-add -L
lacks ssh-ed25519

# A deny takes one hop for the way.
rules <<'EOF2'
deny ssh-client via [second]:2222
allow ssh-client
EOF2
run client ssh -A remote@host ssh -A -p 2222 remote@second ssh -p 2223 remote@third id -un
expect 255
third -A remote@host
expect 0 remote

# ssh -J forwards nothing.
rules <<'EOF2'
allow ssh-client forwarded no
EOF2
run client ssh -J remote@host -p 2223 remote@third id -un
expect 0 remote
wait_for none_running
