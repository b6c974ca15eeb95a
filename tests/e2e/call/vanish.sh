#!/bin/bash
# SPDX-License-Identifier: ISC
# A client that vanishes, at whatever step, leaves nothing running, and the next one is served.
. "$(dirname "$0")/../../lib/script.sh"

# PROGRAM: what the client does before it is gone.
vanishes()
{
	run python ssh-client <<<"a = Agent()
$1"
	expect 0
	wait_for none_running
}

vanishes ''
vanishes 'a.send(u32(5)[:2])'
vanishes 'a.send(u32(5) + bytes([LIST]))'
vanishes 'a.send(frame(LIST))'
vanishes 'a.send(frame(LIST)[:-1]); time.sleep(0.1); a.half_close()'
vanishes 'a.ask(frame(LIST))'
vanishes 'a.ask(frame(LIST)); a.send(sign_request(b"x" * 51, b"x" * 1000)[:900])'
vanishes 'k = identities(a.ask(frame(LIST)))[0][0]; a.send(sign_request(k, sshsig("file", b"x")))'
run client ssh remote@host id -un
expect 0 remote

# Before the answer at dom0, and where the agent is slow.
policy <<<'qubes.SshAgent + ssh-client @default ask target=vault default_target=vault'
run python ssh-client <<<'a = Agent(); a.send(frame(LIST)); time.sleep(0.2)'
expect 0
wait_for none_running
policy <<<'qubes.SshAgent + ssh-client @default allow target=vault'
agent silent
client ssh remote@host true >/dev/null 2>&1 &
wait_for grep -qx 13 $heard
pkill -KILL -u ssh-client -x ssh
wait_for none_running
