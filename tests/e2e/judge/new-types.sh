#!/bin/bash
# SPDX-License-Identifier: ISC
# A key of a type that this version does not know is a key like any other; a certificate of such a type is neither
# listed nor signed with, and the record says so. Known by now is OpenSSH 10.5's ML-DSA key, and its certificate.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

agent types
rules <<'EOF2'
allow ssh-client key "made up" mldsa* for any uses any rate any/1m
EOF2
cat >/tmp/types.py <<'EOF2'
S = b"s" * 32
a = Agent()
keys = {c: k for k, c in identities(a.ask(frame(LIST)))}
print("listed", sorted(keys))

def asked(key, data):
    return "signed" if a.ask(sign_request(key, data))[0] == SIGNATURE else "refused"

made_up, mldsa, cert = keys["made up"], keys["mldsa"], keys["mldsa cert"]
plain, kind = take_string(mldsa)[1], "ssh-mldsa44-ed25519-cert-v01@openssh.com"
unknown = certificate("ssh-made-up-cert-v01@example.org", take_string(made_up)[1], mldsa, "root")
print("made up:", asked(made_up, userauth(S, "remote", made_up, "ssh-made-up@example.org")), asked(made_up, sshsig("git", b"x")))
print("mldsa:", asked(mldsa, userauth(S, "remote", mldsa, "ssh-mldsa44-ed25519@openssh.com")), asked(mldsa, sshsig("git", b"x")))
print("by certificate:", asked(mldsa, userauth(S, "remote", cert, kind)), asked(cert, userauth(S, "remote", cert, kind)), asked(cert, sshsig("git", b"x")))
print("CA:", asked(made_up, certificate(kind, plain, made_up, "root")))
print("unknown:", asked(made_up, userauth(S, "remote", unknown + string("signature"), "ssh-made-up-cert-v01@example.org")), asked(mldsa, unknown))
print("as key:", asked(unknown + string("signature"), sshsig("git", b"x")))
EOF2
run python ssh-client </tmp/types.py
expect 0 "listed ['made up', 'mldsa', 'mldsa cert']" 'made up: signed signed' 'mldsa: signed signed' 'by certificate: signed signed signed' \
	'CA: signed' 'unknown: refused refused' 'as key: refused'
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'list, answered: 3 of 4 keys; certificates of a type that this version does not know are left out' \
	'a certificate of a type that this version does not know'

# A certificate is its plain key, in rules too.
fingerprint=$(vault qssh-vault log | sed -n 's/.* event=sign .* key=\(SHA256:[^ ]*\) purpose=sshsig:git .*comment=mldsa$/\1/p; s/.* event=sign .* key=\(SHA256:[^ ]*\) purpose=git .*comment=mldsa$/\1/p' | head -n 1)
rules <<EOF2
deny ssh-client key $fingerprint
allow ssh-client for any
EOF2
run python ssh-client <<'EOF2'
print(sorted(c for _, c in identities(Agent().ask(frame(LIST)))))
EOF2
expect 0 "['made up']"
