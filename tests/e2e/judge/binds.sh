#!/bin/bash
# SPDX-License-Identifier: ISC
# Only the host's own signature over this session makes a login proven: a bind that is replayed, forged, minted, left
# out, forwarding or too late does not.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
rules <<'EOF2'
allow ssh-client to remote@host uses any
EOF2
# The host's key, and one that the client made up, in an agent that signs whatever a bind needs.
client ssh-agent -a signer >/dev/null
install -m 600 -o ssh-client /etc/ssh/ssh_host_ed25519_key /home/ssh-client/host_key
client ssh-keygen -q -t ed25519 -N '' -f minted
client SSH_AUTH_SOCK=signer ssh-add -q host_key minted
cp /etc/ssh/ssh_host_ed25519_key.pub /run/world/host.pub

run python ssh-client <<'EOF2'
import base64
def blob(path):
    return base64.b64decode(open(path).read().split()[1])
host, minted = blob("/run/world/host.pub"), blob("/home/ssh-client/minted.pub")
def signed(key, session):
    kind, body = Agent("/home/ssh-client/signer").ask(sign_request(key, session))
    same(kind, SIGNATURE)
    return take_string(body)[0]
def bind(key, session, signature=None, forwarding=0):
    signature = signed(key, session) if signature is None else signature
    return frame(EXTENSION, string("session-bind@openssh.com") + string(key) + string(session) + string(signature) + bytes([forwarding]))
def login(session, hostkey, mine, method="publickey-hostbound-v00@openssh.com"):
    data = string(session) + bytes([50]) + string("remote") + string("ssh-connection") + string(method) + b"\1" + string("ssh-ed25519") + string(mine)
    return sign_request(mine, data + (string(hostkey) if "hostbound" in method else b""))
[(mine, _)] = identities(Agent().ask(frame(LIST)))
S, T = b"s" * 32, b"t" * 32
NO = (FAILURE, b"")
def outcome(*frames):
    a = Agent()
    for f in frames[:-1]:
        a.ask(f)
    return a.ask(frames[-1])[0]

same(outcome(bind(host, S), login(S, host, mine)), SIGNATURE)
same(outcome(bind(host, S), bind(host, S), login(S, host, mine)), SIGNATURE)          # a repeat changes nothing
same(outcome(login(S, host, mine)), FAILURE)                                          # left out
same(outcome(bind(host, S), login(T, host, mine)), FAILURE)                           # another session
same(outcome(bind(host, S), login(S, minted, mine)), FAILURE)                         # another host key
same(outcome(bind(host, T, signed(host, S)), login(T, host, mine)), FAILURE)          # replayed
same(outcome(bind(host, S, signed(minted, S)), login(S, host, mine)), FAILURE)        # forged
same(outcome(bind(minted, S), login(S, minted, mine)), FAILURE)                       # minted: a host without a name
same(outcome(bind(host, S, forwarding=1), login(S, host, mine)), FAILURE)             # forwarding
same(outcome(bind(host, S, forwarding=1), bind(host, S), login(S, host, mine)), FAILURE)  # its repeat, with another flag
same(outcome(bind(host, T, forwarding=1), bind(host, S), login(S, host, mine)), SIGNATURE)  # over a forwarded agent
same(outcome(bind(host, S), bind(minted, T), login(S, host, mine)), FAILURE)          # the last bind alone counts
same(outcome(bind(host, S), login(S, host, mine, "publickey")), FAILURE)              # the plain method only vouches
a = Agent()
for i in range(16):
    a.ask(bind(host, bytes([65 + i]) * 32, forwarding=1))
same(a.ask(bind(host, S)), NO)                                                        # too many
same(a.ask(login(S, host, mine)), NO)
EOF2
expect 0
run refusals
expect 0 host=unknown host=unnamed host=vouched 'vouched'
# What was minted is kept for the owner of the vault to see, and means nothing by itself.
run cat /home/vault/.local/state/qssh/unnamed
expect 0 "ssh-client ssh-ed25519 $(cut -d' ' -f2 /home/ssh-client/minted.pub)"
