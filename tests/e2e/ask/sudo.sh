#!/bin/bash
# SPDX-License-Identifier: ISC
# pam_ssh_agent_auth tries again with other bytes, three times for one sudo. One no is enough, and counts as one: the
# client's other requests are asked about.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

rules <<'EOR'
notify none
ask ssh-client for any
EOR
askpass <<'EOP'
echo "$1" >>/home/vault/asked
exit 1
EOP
vault touch asked

for _ in 1 2 3; do
	run signs pam:root
	expect 0 refused
done
equal "$(grep -c 'user: root' /home/vault/asked)" 1
run cat /home/vault/asked
expect 0 'CAREFUL, vault: ssh-client wants to pass sudo'
run record
expect 0 'said\x20no\x20to\x20the\x20same'
lacks 'refused\x20for\x20a\x20while'

# Another user is another request, and so is something else.
run signs pam:other
run signs git
equal "$(grep -c 'key: ' /home/vault/asked)" 3
