#!/bin/bash
# SPDX-License-Identifier: ISC
# Root's ssh and cron's, without any session, log in with keys in the vault: by the shipped snippet, once it is switched
# on.
. "$(dirname "$0")/../../lib/proxy.sh"

directory=/etc/ssh/ssh_config.d
[ -f $directory/35-qssh-proxy.conf.example ] || fail "the snippet is not installed"
run env -i PATH="$PATH" ssh -o BatchMode=yes remote@host id -un
expect 255 'Permission denied'

cp $directory/35-qssh-proxy.conf{.example,}
run env -i PATH="$PATH" ssh -o BatchMode=yes remote@host id -un
expect 0
equal "$output" remote
wait_for none_running
equal "$(ls ~root/.ssh/qssh)" ''
equal "$(stat -c '%a %U' ~root/.ssh ~root/.ssh/qssh)" $'700 root\n700 root'
run client ssh remote@host id -un
expect 0 remote
gone
calls 2

# An agent that a person chose keeps its meaning.
client ssh-keygen -q -t ed25519 -N '' -f own
cat /home/ssh-client/own.pub >>/home/remote/.ssh/authorized_keys
run client ssh-agent sh -c 'ssh-add -q own && ssh remote@host id -un'
expect 0 remote
calls 2
run client SSH_AUTH_SOCK=/run/user/47001/gcr/ssh qssh proxy --active
expect 0
run client SSH_AUTH_SOCK=/tmp/ssh-x/agent.1 qssh proxy --active
expect 1
