#!/bin/bash
# SPDX-License-Identifier: ISC
# An RSA key logs in with the hash that the login names and never with SHA-1; payloads that begin like a login and are
# not exactly one are never signed, whatever a rule for unknown bytes says.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

vault_keys id_rsa
rules <<'EOF2'
allow ssh-client for any uses any rate any/1m
EOF2
run python ssh-client <<'EOF2'
S = b"s" * 32
a = Agent()
[(key, _)] = identities(a.ask(frame(LIST)))

def asked(data, flags=4):
    return a.ask(sign_request(key, data, flags))[0] == SIGNATURE

good = userauth(S, "remote", key, "rsa-sha2-512")
same([asked(good, f) for f in (4, 2, 0)], [True, False, False])
same([asked(userauth(S, "remote", key, "rsa-sha2-256"), f) for f in (4, 2, 0)], [False, True, False])
same([asked(userauth(S, "remote", key, "ssh-rsa"), f) for f in (4, 2, 0)], [False] * 3)
same([asked(sshsig("git", b"x"), f) for f in (4, 2, 0)], [True, True, False])
same(asked(b"unknown bytes", 0), True)
hostbased = string(S) + bytes([50]) + string("remote") + string("ssh-connection") + string("hostbased") + string("rsa-sha2-512") + string(key)
same([asked(d) for d in (good + b"\0", good[:-1], hostbased + string("client") + string("me"), good.replace(b"remote", b"root\0e"))], [False] * 4)
same([asked(d) for d in (sshsig("git", b"x")[:-1], sshsig("git\0", b"x"), sshsig("", b"x"))], [False] * 3)
EOF2
expect 0
run refusals
expect 0 'SHA-1' 'begins\x20like\x20a\x20login' 'purpose=login user=remote' 'purpose=git'
for algorithm in rsa-sha2-256 rsa-sha2-512; do
	run client ssh -o PubkeyAcceptedAlgorithms=$algorithm remote@host id -un
	expect 0 remote
done
