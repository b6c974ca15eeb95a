#!/bin/bash
# SPDX-License-Identifier: ISC
# Ours and OpenSSH's own reading of what is a login to a host with a name agree, over thousands of binds and payloads,
# good and bad. The two are asked the same question: the agent's key is constrained by `ssh-add -h` to the hosts that
# the vault has names for.
. "$(dirname "$0")/../../lib/script.sh"

cd /run/world
for name in one two nameless; do
	ssh-keygen -q -t ed25519 -N '' -C $name -f host.$name
done
for name in one two; do
	echo "$name $(cut -d' ' -f1,2 host.$name.pub)"
done >known
ssh-keygen -q -t ed25519 -N '' -f key
for agent in constrained witness signer; do
	ssh-agent -a /run/world/$agent >/dev/null
done
SSH_AUTH_SOCK=signer ssh-add -q host.one host.two host.nameless
SSH_AUTH_SOCK=constrained ssh-add -q -H known -h one -h two -h 'one>two' -h 'two>one' -h 'one>one' -h 'two>two' key
run /tests/fake/differential /run/world/constrained /run/world/witness /run/world/signer known 2000
echo "$output"
expect 0 '2000 cases, 2000 agreed'
# The same tool sees a difference where there is one: a host that the vault alone has a name for.
echo "three $(cut -d' ' -f1,2 host.nameless.pub)" >>known
run /tests/fake/differential /run/world/constrained /run/world/witness /run/world/signer known 500
expect 1 'we say 3'
