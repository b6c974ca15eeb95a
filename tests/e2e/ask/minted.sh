#!/bin/bash
# SPDX-License-Identifier: ISC
# A client that makes up a host key for each login gets three questions, whose sentence says that it may have; no yes to
# one is remembered.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

witness
rules <<'EOR'
notify none
ask ssh-client for any remember 1h
EOR
askpass <<'EOP'
echo "$1" >>/home/vault/asked
[ -e /home/vault/yes ] && echo yes
EOP
vault touch yes asked

client ssh-agent -a signer >/dev/null
for i in 1 2 3 4 5 6; do
	client ssh-keygen -q -t ed25519 -N '' -f minted$i
	client SSH_AUTH_SOCK=signer ssh-add -q minted$i
done

# Logs in to host I, by its own bind.
login()
{
	run python ssh-client <<EOP
import base64
host = base64.b64decode(open("/home/ssh-client/minted$1.pub").read().split()[1])
S = bytes([$1]) * 32
signed = take_string(Agent("/home/ssh-client/signer").ask(sign_request(host, S))[1])[0]
a = Agent(timeout=60)
mine = identities(a.ask(frame(LIST)))[0][0]
a.ask(frame(EXTENSION, string("session-bind@openssh.com") + string(host) + string(S) + string(signed) + b"\0"))
data = string(S) + bytes([50]) + string("git") + string("ssh-connection") + string("publickey-hostbound-v00@openssh.com") + b"\1"
print(a.ask(sign_request(mine, data + string("ssh-ed25519") + string(mine) + string(host)))[0])
EOP
	equal "$output" "$2"
}

login 1 14
login 1 14
equal "$(grep -c 'key: ' /home/vault/asked)" 2
equal "$(grants)" 0
run cat /home/vault/asked
expect 0 'CAREFUL, vault: ssh-client wants to log in to a host that this' 'user: git' 'NOT VERIFIED: ssh-client may have made it up, key' 'SHA256:' 'type yes'
lacks 'again for'

vault rm yes
for i in 2 3 4 5 6; do
	login $i 5
done
equal "$(grep -c 'key: ' /home/vault/asked)" 5
