#!/bin/bash
# SPDX-License-Identifier: ISC
# The agent that the X session starts, wherever its socket is, gives way to the vault; the one that a person starts in
# the session does not.
. "$(dirname "$0")/../../lib/script.sh"

# What starts the session is told by its name.
printf '#!/bin/sh\nssh-agent "$@"\nexit $?\n' >/usr/bin/xinit
chmod 755 /usr/bin/xinit

# shellcheck disable=SC2016
run client xinit sh -c 'echo "$SSH_AUTH_SOCK"; exec ssh remote@host echo in'
expect 0 in
calls 1
run client xinit sh -c 'qssh doctor'
expect 0 'ssh asks the vault all the same'

client ssh-keygen -q -t ed25519 -N '' -f own
cat /home/ssh-client/own.pub >>/home/remote/.ssh/authorized_keys
run client xinit sh -c 'ssh-agent sh -c "ssh-add -q own && ssh remote@host echo own"; exit $?'
expect 0 own
# shellcheck disable=SC2016
run client xinit sh -c 'eval "$(ssh-agent)"; ssh-add -q own && ssh remote@host echo own; ssh-agent -k'
expect 0 own
calls 1
