#!/bin/bash
# SPDX-License-Identifier: ISC
# A call that takes long says so on the terminal once, in `qssh log` too, and then what became of it: an answer, a no
# after a while, an interrupt.
. "$(dirname "$0")/../../lib/script.sh"

words='qssh: waiting for the default vault: it may be starting, or somebody is asked there or in dom0'
fault delay=5000
run client script -qec 'ssh remote@host echo in' /dev/null
expect 0 in "$words"
equal "$(grep -c 'qssh: ' <<<"$output")" 1
run client qssh log
expect 0 'default: waiting for the default vault' 'default: answered'

# A person's no comes later than a policy's: the advice about policies is not given.
policy <<<'qubes.SshAgent + ssh-client @default ask target=vault default_target=vault'
fault
(
	sleep 5
	answer no
) &
run client script -qec 'ssh remote@host true' /dev/null
expect 255 "$words" 'qssh: dom0 refused the call to the default vault: the answer there was no, or the default vault could not start'
lacks 'qssh enable --vault'

# Given up while dom0 asks: withdrawn, and not answered.
rm -f /run/qubes/answer
client timeout 2 ssh remote@host true && fail 'ssh succeeded'
wait_for none_running
run client qssh status
expect 0 'default: withdrawn: ssh did not wait for the answer'
equal "$(grep -c answered <<<"$output")" 1
