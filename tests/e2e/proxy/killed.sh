#!/bin/bash
# SPDX-License-Identifier: ISC
# However its processes are killed, all of them go, and the next ssh is not hurt by what is left.
. "$(dirname "$0")/../../lib/proxy.sh"

begin()
{
	: >/tmp/out
	client ssh -F "$1" remote@host 'echo in; exec sleep 60' >/tmp/out 2>/dev/null &
	wait_for grep -q in /tmp/out
}

login()
{
	run client ssh -F "$1" remote@host id -un
	expect 0 remote
}

for form in passed relayed; do
	begin $form
	pkill -KILL -u ssh-client -x ssh
	gone

	# A killed proxy agent leaves its sockets, and ssh lives on without an agent.
	begin $form
	kill -KILL "$(proxyagent_pids)"
	wait_for proxyagents_are 0
	no_sockets && fail "no socket was left behind"
	login $form
	wait_for no_sockets
	pkill -KILL -u ssh-client -x ssh || true
	gone

	# Told to end, it cleans up.
	begin $form
	kill -TERM "$(proxyagent_pids)"
	wait_for no_sockets
	pkill -KILL -u ssh-client -x ssh || true
	gone

	# Killed while the host does not answer.
	nc -lk 127.0.0.1 2022 >/dev/null &
	listener=$!
	wait_for nc -z 127.0.0.1 2022
	client ssh -F $form -p 2022 remote@host true &
	wait_for proxyagents_are 1
	pkill -KILL -u ssh-client -x ssh
	gone
	kill $listener
	wait $listener || true
done

# What else may lie in a socket's place.
name=$(printf 'ssh-clienthost22remote' | sha1sum | cut -d' ' -f1)
client sh -c "echo >.ssh/qssh/$name; ln -s /tmp .ssh/qssh/$name.k"
login passed
gone
