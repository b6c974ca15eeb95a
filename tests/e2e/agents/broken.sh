#!/bin/bash
# SPDX-License-Identifier: ISC
# An agent that is dead, closes, or talks garbage makes each request FAILURE, not a close and not a hang.
. "$(dirname "$0")/../../lib/script.sh"

failures()
{
	run python ssh-client <<-'EOF'
		a = Agent()
		same(a.ask(frame(LIST)), (FAILURE, b""))
		same(a.ask(sign_request(string("ssh-ed25519") + string(bytes(range(32))), b"SSHSIG")), (FAILURE, b""))
		same(a.ask(frame(LIST)), (FAILURE, b""))
	EOF
	expect 0
	lacks Traceback
}

for mode in close vanish garbage huge many wrong extra; do
	agent $mode
	failures
done

# A socket that nobody listens on any more, no socket at all, and a session that names none, in a vault that can't start
# one of its own.
rm /usr/bin/ssh-agent
pkill -KILL -f fakeagent.py
failures
rm /run/user/47002/fakeagent
failures
session
failures
wait_for none_running
