#!/bin/bash
# SPDX-License-Identifier: ISC
# Once the agent is forwarded, ssh's terminal is another host's screen: a refusal is not written there, though the
# journal has it.
. "$(dirname "$0")/../../lib/script.sh"

journal_start
client script -qec "ssh -A remote@host 'touch /tmp/in; until test -e /tmp/go; do sleep 0.02; done; ssh-add -l'" /dev/null >/tmp/out 2>&1 &
ssh=$!
wait_for test -e /tmp/in
policy </dev/null
touch /tmp/go
wait $ssh || true
run cat /tmp/out
expect 0 'agent refused operation'
lacks 'dom0 refused'
wait_for grep -q 'dom0 refused' $journal
