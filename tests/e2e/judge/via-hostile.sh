#!/bin/bash
# SPDX-License-Identifier: ISC
# A way is known only where the witness has verified each hop: one that is forged, left out, minted, too late or one too
# many lets no `via` through, and what was announced as forwarded stays forwarded whatever is sent behind it.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
rules <<'EOF2'
allow ssh-client for git via host gate uses any
allow ssh-client to remote@host via gate host uses any
ask   ssh-client for pam forwarded yes
allow ssh-client for pam uses any
EOF2
# The keys of two hosts, and one that was made up, in an agent that signs whatever a bind needs.
client ssh-agent -a signer >/dev/null
install -m 600 -o ssh-client /etc/ssh/ssh_host_ed25519_key /home/ssh-client/host_key
client ssh-keygen -q -t ed25519 -N '' -f gate_key
client ssh-keygen -q -t ed25519 -N '' -f minted
client SSH_AUTH_SOCK=signer ssh-add -q host_key gate_key minted
cp /etc/ssh/ssh_host_ed25519_key.pub /run/world/host.pub
printf 'gate %s\n' "$(cut -d' ' -f1,2 /home/ssh-client/gate_key.pub)" | vault tee -a .ssh/known_hosts >/dev/null

run python ssh-client <<'EOF2'
import base64
def blob(path):
    return base64.b64decode(open(path).read().split()[1])
host, gate, minted = blob("/run/world/host.pub"), blob("/home/ssh-client/gate_key.pub"), blob("/home/ssh-client/minted.pub")
def signed(key, session):
    kind, body = Agent("/home/ssh-client/signer").ask(sign_request(key, session))
    same(kind, SIGNATURE)
    return take_string(body)[0]
def bind(key, session, signature=None, forwarding=0):
    signature = signed(key, session) if signature is None else signature
    return frame(EXTENSION, string("session-bind@openssh.com") + string(key) + string(session) + string(signature) + bytes([forwarding]))
def hop(key, session, signature=None):
    return bind(key, session, signature, 1)
def login(session):
    data = string(session) + bytes([50]) + string("remote") + string("ssh-connection") + string("publickey-hostbound-v00@openssh.com")
    return sign_request(mine, data + b"\1" + string("ssh-ed25519") + string(mine) + string(host))
def pam():
    words = [os.urandom(16), "root", "me", "sudo", "/home/me", "sudo id", "build.corp"]
    session = u32(101) + b"".join(string(w) for w in words) + bytes(8)
    return sign_request(mine, string(session) + bytes([50]) + string("root") + string("pam_ssh_agent_auth") + string("publickey") + b"\1" + string("ssh-ed25519") + string(mine))
a = Agent()
a.ask(hop(gate, b"q" * 32))
[(mine, _)] = identities(a.ask(frame(LIST)))
git = sign_request(mine, sshsig("git", b"x"))
S, T, U = b"s" * 32, b"t" * 32, b"u" * 32
def outcome(*frames, call=Agent):
    a = call()
    for f in frames[:-1]:
        a.ask(f)
    kind = a.ask(frames[-1])[0]
    a.close()
    return kind
torn = frame(EXTENSION, string("session-bind@openssh.com"))                            # qssh-client keeps it from the vault
def straight():
    return Call("vault")

same(outcome(hop(gate, S), git), SIGNATURE)
same(outcome(hop(gate, S), hop(host, T), git), SIGNATURE)
same(outcome(hop(gate, S), bind(host, T), login(T)), SIGNATURE)
same(outcome(hop(gate, S), hop(gate, T), hop(gate, U), git), SIGNATURE)                # the same host again and again
same(outcome(hop(gate, S), hop(gate, S), bind(host, T), login(T)), SIGNATURE)          # the same hop twice is one
same(outcome(git), FAILURE)                                                            # no way at all
same(outcome(bind(gate, S), git), FAILURE)                                             # not forwarded
same(outcome(hop(gate, S, signed(minted, S)), git), FAILURE)                           # forged
same(outcome(hop(gate, S, signed(gate, T)), git), FAILURE)                             # another session's
same(outcome(hop(gate, S), hop(host, T, b""), git), FAILURE)                           # a hop that nobody proves
same(outcome(hop(host, T, b""), hop(gate, S), git), FAILURE)                           # nor is the rest believed behind it
same(outcome(hop(gate, S), hop(host, T, b""), bind(host, U), login(U)), FAILURE)
same(outcome(hop(minted, S), git), FAILURE)                                            # made up
same(outcome(hop(gate, S), hop(minted, T), git), FAILURE)
same(outcome(hop(gate, S), hop(minted, T), bind(host, U), login(U)), FAILURE)
same(outcome(bind(host, T), hop(gate, S), login(T)), FAILURE)                          # a hop behind the login's own bind
same(outcome(hop(gate, S), bind(host, T), hop(gate, U), login(T)), FAILURE)
same(outcome(hop(gate, S), bind(host, T), hop(minted, U), git), FAILURE)
same(outcome(hop(gate, S), git, call=straight), SIGNATURE)
same(outcome(hop(gate, S), torn, git, call=straight), FAILURE)
sixteen = [hop(gate, bytes([65 + i]) * 32) for i in range(16)]
same(outcome(*sixteen[:15], bind(host, S), login(S)), SIGNATURE)
same(outcome(*sixteen, git), SIGNATURE)
same(outcome(*sixteen, bind(host, S), git), FAILURE)                                   # one too many
same(outcome(*sixteen, hop(gate, b"A" * 32), git), FAILURE)

# A remote host can't make it look as if nothing had been forwarded.
same(outcome(pam()), SIGNATURE)
same(outcome(hop(gate, S), pam()), FAILURE)
same(outcome(hop(gate, S), bind(host, T, b""), pam()), FAILURE)
same(outcome(hop(gate, S, b""), bind(host, T), pam()), FAILURE)
same(outcome(hop(gate, S), torn, pam(), call=straight), FAILURE)
EOF2
expect 0
# The first host on the way that has no name is kept, for the owner of the vault to see.
run cat /home/vault/.local/state/qssh/unnamed
expect 0 "ssh-client ssh-ed25519 $(cut -d' ' -f2 /home/ssh-client/minted.pub)"
run refusals
expect 0 'has\x20no\x20name\x20here' 'not\x20every\x20host' via=gate,@unnamed via=gate,@unknown

# Nothing is signed by way of a host whose key is revoked.
printf '@revoked * %s\n' "$(cut -d' ' -f1,2 /home/ssh-client/gate_key.pub)" | vault tee -a .ssh/known_hosts >/dev/null
rules <<<'allow ssh-client for any uses any'
run python ssh-client <<'EOF2'
import base64
def blob(path):
    return base64.b64decode(open(path).read().split()[1])
gate = blob("/home/ssh-client/gate_key.pub")
[(mine, _)] = identities(Agent().ask(frame(LIST)))
a = Agent()
kind, body = Agent("/home/ssh-client/signer").ask(sign_request(gate, b"s" * 32))
a.ask(frame(EXTENSION, string("session-bind@openssh.com") + string(gate) + string(b"s" * 32) + string(take_string(body)[0]) + b"\1"))
same(identities(a.ask(frame(LIST))), [])
same(a.ask(sign_request(mine, sshsig("git", b"x")))[0], FAILURE)
EOF2
expect 0
run refusals
expect 0 'is\x20revoked'
