#!/bin/bash
# SPDX-License-Identifier: ISC
# Hostile text in every field that another qube or an agent chooses comes out inert, whether the server takes markup or
# not.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
rules <<'EOR'
allow ssh-client for any uses any rate any/1m
EOR

# A comment of the agent's, and what a client signs: user, namespace, pam's user, a certificate's principals and key id.
vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -qD
vault ssh-keygen -q -t ed25519 -N '' -C $'<img src="x"/>&lt;\x1b[31m' -f .ssh/hostile
vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -q .ssh/hostile
cat >/tmp/hostile.py <<'EOP'
from agentwire import *
NASTY = b'<b>&amp;"\n\r\x1b]0;x\x07\xe2\x80\xae\xff\xc2\xa0 -- <a href="file:///">'
# Users and namespaces with control bytes are refused outright.
BARE = bytes(c for c in NASTY if c >= 0x20)
a = Agent()
key = identities(a.ask(frame(LIST)))[0][0]
S = b"s" * 32
subject = string("ssh-ed25519-cert-v01@openssh.com") + string(b"n" * 32) + string(b"k" * 32) + bytes(8) + u32(1) + string(NASTY) + \
    string(string(NASTY) + string(b"root")) + bytes(8) + b"\xff" * 8 + string(b"") + string(b"") + string(b"") + string(key)
for data in (userauth(S, BARE, key), sshsig(BARE, b"x"), subject, NASTY):
    same(a.ask(sign_request(key, data))[0], SIGNATURE)
EOP
for mode in buttons markup; do
	notifications $mode
	run python ssh-client </tmp/hostile.py
	expect 0
	notified 4
	python3 - $notices $mode <<'EOP'
import html, json, re, sys, unicodedata
for n in [json.loads(line) for line in open(sys.argv[1])]:
    body, title = n["body"], n["summary"]
    assert title.startswith(("ssh-client → ", "ssh-client: ")), title
    assert not any(unicodedata.category(c)[0] == "C" for c in title) and len(title) < 300, title
    if sys.argv[2] == "markup":
        assert "<" not in body and ">" not in body and not re.search(r"&(?!(amp|lt|gt|quot|apos|#39);)", body), body
        body = html.unescape(body)
    assert not any(unicodedata.category(c)[0] == "C" for c in body.replace("\n", "")), body
    assert '<img src=' in body and '&lt;' in body, body
    assert len(body) < 900, body
print(n["body"])
EOP
	run notice 1 summary
	expect 0 'as "<b>&amp;\"]0;x\u{202e}\xff\u{a0} -- <a'
	run notice 2 summary
	expect 0 'ssh-client: signature of a file or message given'
	run notice 3 summary
	expect 0 'ssh-client: certificate given'
done
