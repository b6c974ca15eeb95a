#!/bin/bash
# SPDX-License-Identifier: ISC
# An agent that a person started keeps its meaning: `ssh-agent; ssh-add; ssh host` uses that one, and so does a Host
# block's IdentityAgent.
. "$(dirname "$0")/../../lib/script.sh"

client ssh-keygen -q -t ed25519 -N '' -f own
cat /home/ssh-client/own.pub >>/home/remote/.ssh/authorized_keys
run client ssh-agent sh -c 'ssh-add -q own && ssh remote@host id -un'
expect 0 remote
calls 0

client ssh-agent -a own.sock >/dev/null
client SSH_AUTH_SOCK=own.sock ssh-add -q own
client sh -c 'printf "Host host\n\tIdentityAgent ~/own.sock\n" >.ssh/config'
run client ssh remote@host id -un
expect 0 remote
calls 0
run client ssh remote@elsewhere id -un
expect 0 remote
calls 1
