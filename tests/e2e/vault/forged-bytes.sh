#!/bin/bash
# SPDX-License-Identifier: ISC
# Whatever lies in the record, in known_hosts, in the rules, in remembered answers and in file names, no verb of
# qssh-vault prints a byte that a terminal obeys, at a terminal or elsewhere, and none ends with a signal or waits.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
run client ssh remote@host true
expect 0
run client ssh-keygen -q -t ed25519 -N '' -f /tmp/minted

# With each of them: a title, a cursor's way, C1 as a byte and as a letter, a line's begin, what turns or hides text,
# what is not UTF-8, and the end of a string in C.
python vault <<'EOP'
import os, pathlib
BAD = [b"\x1b]0;owned\x07", b"\x1b[2J", b"\x9b31m", "\u009b31m".encode(), b"\rfake", b"\x08\x08", b"\x7f",
       "\u202eback\u2066".encode(), "\u200b\u2028\ufeff".encode(), b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\0"]
KEY = b"SHA256:" + b"A" * 43
home = pathlib.Path.home()
state = home / ".local/state/qssh"
record = state / "record/ssh-client"
blob = open("/home/vault/.ssh/id_ed25519.pub", "rb").read().split()[1]

def append(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab") as f:
        f.write(b"".join(line + b"\n" for line in lines))

HEAD = b"time=2026-11-01T00:00:00.000Z conn=aabbccddeeff seq=1 client=ssh-client arg=- event=sign "
WORDS = b"verdict=allow rule=1 key=%s purpose=login user=root host=proven to=host hostkey=%s forwarded=no" % (KEY, KEY)
lines = []
for bad in BAD:
    escaped = b"".join(b"\\x%02x" % c for c in bad)
    lines += [HEAD + WORDS.replace(b"user=root", b"user=" + escaped) + b" comment=" + escaped,
              HEAD + b"verdict=deny rule=1 reason=%s key=%s purpose=sshsig:%s via=%s" % (escaped, KEY, escaped, escaped),
              bad, bad + WORDS, HEAD + b"verdict=allow reason=" + bad, HEAD + bad + b"=x", HEAD + WORDS + b" comment=" + bad,
              HEAD.replace(b"client=ssh-client", b"client=" + bad) + WORDS,
              HEAD.replace(b"2026-11-01T00:00:00.000Z", (bad + b"T00:00:00.000Z" + b"0" * 24)[:24]) + WORDS,
              HEAD.replace(b"conn=aabbccddeeff", b"conn=" + bad + b"ffffff") + WORDS,
              HEAD + WORDS.replace(b"purpose=login", b"purpose=sshsig:" + bad),
              HEAD + WORDS.replace(b"user=root", b"user=" + bad),
              HEAD + b"verdict=deny rule=1 key=%s purpose=login user=r host=vouched voucher=%s via=%s viakeys=%s" % (KEY, bad, bad, KEY)]
append(record / "signatures", *lines)
append(record / "requests", *lines)
append(state / "signatures", *lines)
append(state / "record/-/requests", *lines)
append(state / "record/dropped", *(b"time=" + bad + b" client=ssh-client event=dropped signatures=1 requests=1" for bad in BAD),
       *(b"time=2026-01-01T00:00:00.000Z client=" + bad + b" event=dropped signatures=1 requests=1" for bad in BAD))
append(home / ".ssh/known_hosts", *(bad + b" ssh-ed25519 " + blob + b" " + bad for bad in BAD))
append(home / "offered", *(bad + b" ssh-ed25519 " + blob for bad in BAD), *(b"host ssh-ed25519 " + bad for bad in BAD))
for bad in BAD:
    name = bad.replace(b"/", b"").replace(b"\0", b"")
    for path in (state / "record", home / ".ssh/identities.d", home / ".ssh/identities.d/work", home / ".config/qssh"):
        os.makedirs(os.path.join(os.fsencode(path), b"n" + name), mode=0o700, exist_ok=True)
    os.makedirs(home / ".ssh/identities.d/work", mode=0o700, exist_ok=True)
    base = os.path.join(os.fsencode(home / ".ssh/identities.d/work"), b"k" + name)
    open(base, "wb").write(b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + bad)
    open(base + b".pub", "wb").write(b"ssh-ed25519 " + blob + b" " + bad)
    open(base + b".options", "wb").write(bad + b"\n")
run = pathlib.Path("/run/user/47002/qssh")
for name in ("grants", "cooldown", "questions"):
    os.makedirs(run / name, mode=0o700, exist_ok=True)
boot = open("/proc/sys/kernel/random/boot_id").read().strip().encode()
import time
now, wall = int(time.clock_gettime(time.CLOCK_BOOTTIME) * 1000), int(time.time() * 1000)
for i, bad in enumerate(BAD[:-1]):
    text = b"qssh-grant 1\nid %d\nclient %s\narg %s\nkey %s\nuser %s\nhost proven %s\npurpose login\ndata %s\n" % (i + 1, bad, bad, bad, bad, bad, b"0" * 64)
    text += b"boot %s\nboot-given %d\nboot-until %d\nwall-given %d\nwall-until %d\n" % (boot, now, now + 600000, wall, wall + 600000)
    path = run / "grants" / ("%064x" % i)
    path.write_bytes(text)
    path.chmod(0o600)
    for where in ("cooldown", "questions"):
        open(os.path.join(os.fsencode(run / where), b"n." + bad.replace(b"/", b"")), "wb").write(bad)
EOP

bad_rules()
{
	local bad
	for bad in '\e]0;x\a' '\x9b31m' '\xc2\x9b31m' '\r' '\u202e' '\xff' '\0'; do
		# shellcheck disable=SC2059
		printf "allow $bad\nagent third \"/tmp/$bad\"\nask * key \"$bad\"\n# $bad\nallow * to $bad@host nickname \"$bad\"\n" |
		    vault tee .config/qssh/rules >/dev/null
		"$@"
	done
}

# A verb, elsewhere and at a terminal.
inert()
{
	local at
	for at in pipe terminal; do
		status=0
		if [ $at = pipe ]; then
			vault timeout 20 qssh-vault "$@" >/run/world/out 2>&1 </dev/null || status=$?
		else
			vault script -qefc "timeout 20 qssh-vault $*" /dev/null >/run/world/out 2>&1 </dev/null || status=$?
		fi
		[ $status -lt 124 ] || fail "$* ($at): status $status"
		run python3 /tests/lib/inert.py </run/world/out
		[ "$status" = 0 ] || fail "$* ($at): $output"
	done
}

rules_verbs()
{
	inert check
	inert check --client ssh-client --to root@host
	inert status
	inert doctor
	inert suggest --against .config/qssh/rules
	inert allow aabbcc.1 --offer
}

every_verb()
{
	rules_verbs
	inert log
	inert log --json
	inert log --numbers
	inert log --client ssh-client --since 2026-01-01
	inert log --verify
	inert suggest
	inert doctor --json
	inert grants
	inert grants --json
	inert hosts
	inert trust --file offered --yes
	inert trust "SHA256:$(printf 'A%.0s' {1..43})" name
	inert revoke 1
	inert lock
	inert unlock
}

bad_rules rules_verbs
vault rm .config/qssh/rules
every_verb

# So does what goes on: it shows what comes, and nothing raw.
vault sh -c 'exec qssh-vault log --follow' >/run/world/followed 2>&1 &
follows=$!
wait_for grep -q aabbccddeeff /run/world/followed
printf 'event=sign client=ssh-client \033[2Jlate\n' >>/home/vault/.local/state/qssh/record/ssh-client/signatures
wait_for grep -q late /run/world/followed
kill $follows
run python3 /tests/lib/inert.py </run/world/followed
expect 0
