#!/bin/bash
# SPDX-License-Identifier: ISC
# However a qrexec call fails, each request gets FAILURE without a second call, and the journal says why in a sentence.
. "$(dirname "$0")/../../lib/script.sh"

journal_start
client systemctl --user set-environment QSSH_TIMEOUT=2

# SENTENCE [FAULT...]: two requests on one connection, one call.
failing()
{
	local sentence=$1 before
	shift
	fault "$@"
	before=$(calls_made)
	: >$journal
	run python ssh-client <<-'EOF'
		a = Agent()
		same(a.ask(frame(LIST)), (FAILURE, b""))
		same(a.ask(frame(LIST)), (FAILURE, b""))
	EOF
	expect 0
	calls $((before + 1))
	wait_for grep -q ^MESSAGE= $journal
	run cat $journal
	expect 0 "$sentence"
	wait_for none_running
}

failing 'has no qubes.SshAgent service' exit=127
failing 'its rpc-config is broken' exit=125
failing 'went away' exit=255
failing 'went away' lost=3
failing 'ended by signal 9' exit=137
failing 'closed the call without an answer' exit=0
failing 'did not answer in time' hang
failing 'did not answer in time' mute
policy </dev/null
failing "dom0 refused the call to the default vault" delay=1

dom0=/run/qubes/dom0.sock
mv $dom0 $dom0.away
fault
: >$journal
run python ssh-client <<'EOF'
same(Agent().ask(frame(LIST)), (FAILURE, b""))
EOF
expect 0
wait_for grep -q ^MESSAGE= $journal
run cat $journal
expect 0 "qrexec-agent did not take it"
