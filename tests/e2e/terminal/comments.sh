#!/bin/bash
# SPDX-License-Identifier: ISC
# A hostile vault writes nothing to a person's terminal: every comment that it lists arrives inert, pinned or not, and
# no blob is changed.
. "$(dirname "$0")/../../lib/script.sh"

# A vault that lists a key for each control byte, bidi mark and torn character, and refuses all else.
cat >/etc/qubes-rpc/qubes.SshAgent <<'EOF'
#!/usr/bin/env -S PYTHONPATH=/tests/lib PYTHONDONTWRITEBYTECODE=1 python3
from agentwire import *

loud = [bytes([c]) for c in list(range(32)) + [127] + list(range(128, 256))]
loud += [chr(c).encode() for c in list(range(0x80, 0xA0)) + [0xAD, 0x61C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF, 0xE0001]]
loud += [chr(c).encode() for c in list(range(0x202A, 0x202F)) + list(range(0x2066, 0x206A))]
loud += [b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\x1b]0;title\x07", b"\x1b[2J\x1b[H", b"one\nssh-ed25519 AAAA two"]
keys = [string(string("ssh-ed25519") + u32(32) + i.to_bytes(32, "big")) + string(b"a" + c + b"z") for i, c in enumerate(loud)]
while len(head := os.read(0, 4)) == 4:
    kind = os.read(0, struct.unpack(">I", head)[0])[0]
    answer = frame(IDENTITIES, u32(len(keys)) + b"".join(keys)) if kind == LIST else frame(FAILURE)
    while answer:
        answer = answer[os.write(1, answer) :]
EOF
chmod 755 /etc/qubes-rpc/qubes.SshAgent

# Nothing but printable ASCII and line ends.
inert()
{
	run env LC_ALL=C grep -nP '[^\x20-\x7e\r]' "$1"
	expect 1
}

for _ in no yes; do
	for command in 'ssh-add -l' 'ssh-add -L' 'ssh -v remote@host'; do
		client SSH_AUTH_SOCK=$socket TERM=dumb script -qec "$command" /dev/null >/tmp/shown 2>&1 || true
		run cat /tmp/shown
		expect 0 'u{1b}z'
		tr -d '\t' </tmp/shown >/tmp/untabbed
		inert /tmp/untabbed
	done
	client SSH_AUTH_SOCK=$socket ssh-add -L >/tmp/listed
	equal "$(cut -d' ' -f1,2 /tmp/listed | sort -u | grep -c '^ssh-ed25519 AAAA')" 217
	run cat /tmp/listed
	expect 0 'a\u{1b}z' 'a\u{7}z' 'a\u{a}z' 'a\u{9b}z' 'a\x9bz' 'a\u{202e}z' 'a\u{feff}z' 'a\xed\xa0\x80z'
	for command in 'qssh pin' 'qssh doctor --call' 'qssh status' 'qssh log'; do
		client TERM=dumb script -qec "$command" /dev/null >/tmp/shown 2>&1 || true
		inert /tmp/shown
	done
	inert /home/ssh-client/.config/qssh/pins/default.pub
done
