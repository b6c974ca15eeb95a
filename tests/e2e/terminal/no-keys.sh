#!/bin/bash
# SPDX-License-Identifier: ISC
# An agent without keys is an empty list: ssh-add -l says so in its own words, and the helper beside it where to read
# why; ssh says nothing by itself, so there the helper's sentence is all.
. "$(dirname "$0")/../../lib/script.sh"

# The agent has held keys, so it is the one that is meant.
client SSH_AUTH_SOCK=$socket ssh-add -l
vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -qD
run client SSH_AUTH_SOCK=$socket script -qec 'ssh-add -l' /dev/null
expect 1 'The agent has no identities.' 'qssh: the default vault listed no key; its record says why'
run client script -qec 'ssh remote@host true' /dev/null
expect 255 "qssh: the default vault listed no key for this host; its record says why: 'qssh-vault log' there" 'Permission denied'

# Into a pipe only ssh-add's own words.
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 1
equal "$output" 'The agent has no identities.'
