#!/bin/bash
# SPDX-License-Identifier: ISC
# With ControlMaster and ControlPersist one qrexec call serves every session, and while the master lives on nothing of
# qssh runs.
. "$(dirname "$0")/../../lib/script.sh"

client sh -c 'printf "ControlMaster auto\nControlPath ~/.ssh/%%C\nControlPersist 60\n" >.ssh/config'
run client ssh remote@host id -un
expect 0 remote
wait_for none_running
for _ in 1 2 3; do
	run client ssh remote@host id -un
	expect 0 remote
done
run client scp -q /etc/hosts remote@host:
expect 0
calls 1
run client ssh -O exit remote@host
expect 0
run client ssh remote@host id -un
expect 0 remote
calls 2
run client ssh -O exit remote@host
expect 0
