#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh-agent@NAME.socket listens for an agent that takes a listening socket, as OpenSSH's does from 10.0 on (here a
# stand-in that hands on to the real one): nothing runs until somebody connects, the agent has its keys before a client
# is answered, and it starts again after its end. With an ssh-agent that can't take the socket the unit fails.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
vault_key work one
vault_manager
policy <<<'qubes.SshAgent * ssh-client @anyvm allow target=vault'
client qssh add vault:work

vault systemctl --user start qssh-agent@work.socket
equal "$(stat -c '%U %a' $agents/work)" 'vault 600'
run vault systemctl --user is-active qssh-agent@work.service
expect 3 inactive

# Debian 12's own, 9.2, listens elsewhere.
if ! ssh -V 2>&1 | grep -q '^OpenSSH_1[0-9]'; then
	run vault systemctl --user start qssh-agent@work.service
	expect 1
	vault systemctl --user stop qssh-agent@work.socket qssh-agent@work.service
	vault systemctl --user reset-failed
	vault systemctl --user start qssh-agent@work.socket
	mv /usr/bin/ssh-agent /usr/bin/ssh-agent.real
	cat >/usr/bin/ssh-agent <<-'EOP'
		#!/usr/bin/python3
		import os, signal, socket, subprocess, sys, threading, time
		if sys.argv[1:] != ["-D"] or os.environ.get("LISTEN_FDS") != "1" or os.environ.get("LISTEN_PID") != str(os.getpid()):
		    os.execvp("ssh-agent.real", sys.argv)
		hidden = os.environ["XDG_RUNTIME_DIR"] + "/hidden"
		if os.path.exists(hidden):
		    os.unlink(hidden)
		real = subprocess.Popen(["ssh-agent.real", "-D", "-a", hidden])
		while not os.path.exists(hidden):
		    time.sleep(0.01)
		def copy(a, b):
		    while data := a.recv(65536):
		        b.sendall(data)
		    b.shutdown(socket.SHUT_WR)
		listener = socket.socket(fileno=3)
		while True:
		    near, far = listener.accept()[0], socket.socket(socket.AF_UNIX)
		    far.connect(hidden)
		    for ends in (near, far), (far, near):
		        threading.Thread(target=copy, args=ends, daemon=True).start()
	EOP
	chmod 755 /usr/bin/ssh-agent
fi

run list vault:work
expect 0 work/one
run vault systemctl --user is-active qssh-agent@work.service
expect 0 active
run client ssh -o IdentityAgent=/run/user/47001/qssh/vault:work remote@host id -un
expect 0 remote
run cat $signatures
expect 0 host=proven
vault systemctl --user stop qssh-agent@work.service
run ls /run/user/47002/qssh/loaded
lacks work
run list vault:work
expect 0 work/one

# A program of the vault's own starts it too, though it may find keys still to come.
vault systemctl --user stop qssh-agent@work.service
own()
{
	vault SSH_AUTH_SOCK=$agents/work ssh-add -l | grep -q work/one
}
wait_for own
