#!/bin/bash
# SPDX-License-Identifier: ISC
# The agent's list is taken for what it holds for a second: LIST and SIGN ask for it once. A key that came since is
# found, a comment that changed counts after that second, and a bind voids the list.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

listed=/run/world/listed
vault mkdir -p keys
for name in one two; do
	vault ssh-keygen -q -t ed25519 -N '' -C $name -f keys/$name
done
vault_add()
{
	vault SSH_AUTH_SOCK=$vault_run/agent ssh-add "$@" 2>/dev/null
}
vault_add -D
vault_add keys/one

# Between the filter and the agent: counts the LISTs.
cat >/run/world/counter <<'EOC'
import socket, sys, threading
from agentwire import *
front, back, count = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX)
listener.bind(front)
listener.listen()
def serve(client):
    agent = Agent(back)
    while (head := receive(client, 4)):
        body = receive(client, struct.unpack(">I", head)[0])
        if body[0] == LIST:
            open(count, "a").write("x")
        kind, answer = agent.ask(head + body)
        client.sendall(frame(kind, answer))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
EOC
install -o vault -m 644 /dev/null $listed
vault PYTHONPATH=/tests/lib PYTHONDONTWRITEBYTECODE=1 python3 /run/world/counter $vault_run/counter $vault_run/agent $listed &
wait_for test -S $vault_run/counter
rules <<-EOR
	agent default $vault_run/counter
	allow * key "one" uses any
	allow * key "two" uses any
EOR

# Answers a line for each word that it reads: list, bind (that no host signed), sign (the first key of the last list),
# sign2 (the second key of keys/two.pub).
cat >/run/world/signer <<'EOS'
import base64, sys
sys.path.insert(0, "/tests/lib")
from agentwire import *
a = Agent()
keys = []
two, host = (base64.b64decode(word) for word in sys.argv[1:])
for word in sys.stdin:
    word = word.strip()
    if word == "list":
        keys = identities(a.ask(frame(LIST)))
        print(len(keys), flush=True)
    elif word == "bind":
        signature = string("ssh-ed25519") + string(bytes(64))
        bind = string("session-bind@openssh.com") + string(host) + string(bytes(32)) + string(signature) + b"\0"
        print(a.ask(frame(EXTENSION, bind))[0], flush=True)
    else:
        key = two if word == "sign2" else keys[0][0]
        print(a.ask(sign_request(key, sshsig("file", b"x")))[0], flush=True)
EOS
coproc signer { client env PYTHONDONTWRITEBYTECODE=1 python3 /run/world/signer "$(cut -d' ' -f2 /home/vault/keys/two.pub)" \
	"$(cut -d' ' -f2 /etc/ssh/ssh_host_ed25519_key.pub)"; }
says() # WORD ANSWER
{
	local answer
	echo "$1" >&"${signer[1]}"
	read -r answer <&"${signer[0]}"
	equal "$answer" "$2"
}
count()
{
	stat -c %s $listed
}

says list 1
equal "$(count)" 1
says sign 14
equal "$(count)" 1

# A key that the list lacks is asked for.
vault_add keys/two
says sign2 14
equal "$(count)" 2

# A bind, even a refused one, voids it. The agent of OpenSSH 10.3 and later says EXTENSION_FAILURE.
refused=5
dpkg --compare-versions "$(ssh -V 2>&1 | sed 's/^OpenSSH_//; s/[^0-9.].*//')" lt 10.3 || refused=28
says list 2
says bind "$refused"
says sign2 14
equal "$(count)" 4

# The same key under a comment that no rule has, after the second: refused.
vault_add -d keys/one
vault ssh-keygen -q -c -C other -f keys/one
vault_add keys/one
sleep 1.1
says sign 5
equal "$(count)" 5

# ssh binds first: what was listed before does not count for the host. One list for ssh and one sign.
before=$(count)
vault_add keys/two
cat /home/vault/keys/two.pub >>/home/remote/.ssh/authorized_keys
run client ssh remote@host id -un
expect 0 remote
equal "$(($(count) - before))" 1
