#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh-vault log shows the record in columns at a terminal, its own lines elsewhere, as JSON, by client, since a moment,
# and as it grows.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

run vault qssh-vault log
expect 0 'no request has been recorded yet'
run vault qssh-vault log --client 'a b'
expect 2 "--client 'a b': this is not a qube's name"
run vault qssh-vault log --verify --json
expect 2 '--verify looks at whole files'
vault qssh-vault log -f >/tmp/first 2>/tmp/waits &
first=$!
wait_for grep -q 'no request has been recorded yet: waiting' /tmp/waits

witness
run client ssh remote@host true
expect 0
wait_for grep -q event=sign /tmp/first
kill $first
rules <<'EOR'
deny ssh-client for sshsig:git
allow ssh-client for any
EOR
run signs git "login:evil user"
expect 0 'refused signed'

terminal()
{
	vault script -qefc "qssh-vault log $*" /dev/null </dev/null
}

run terminal
expect 0 'signed   log in as remote to host, key "ed25519@vault", rule built-in' \
    'refused  sign: git, key "ed25519@vault", rule 1: a rule denies it' 'log in as evil user to an unknown host' 'list, answered'
lacks allowed
# A login is one block: bind, list and signature, in this order.
block=$(grep -m 1 -A 2 'bind, accepted' <<<"$output" | cut -c37- | cut -d, -f1 | sed 's/ *$//')
equal "$(tr -s ' ' <<<"$block" | tr -d '\r')" $' bind\n list\nsigned log in as remote to host'
vault qssh-vault log | grep -q 'seq=1 .*event=bind' || fail "the lines have no order"
equal "$(vault qssh-vault log | cut -c1-29 | sort)" "$(vault qssh-vault log | cut -c1-29)"

run vault qssh-vault log
expect 0 'event=sign verdict=deny rule=1 reason=a\x20rule\x20denies\x20it' 'user=evil\x20user'
run vault qssh-vault log --json
expect 0 '"event":"sign","verdict":"deny","rule":"1","reason":"a rule denies it"' '"user":"evil user"'
vault qssh-vault log --json | python3 -c 'import json, sys
for line in sys.stdin:
    assert set(json.loads(line)) >= {"time", "client", "event"}'

run vault qssh-vault log --client ssh-client
expect 0 event=sign
run vault qssh-vault log --client ssh
expect 0 'no request of ssh has been recorded'
equal "$(vault qssh-vault log --client ssh 2>/dev/null)" ''
run vault qssh-vault log --since 1m
expect 0 event=sign
run vault qssh-vault log --since 2100-01-01
expect 0 'no request has been recorded since then'
run vault qssh-vault log --since tomorrow
expect 2 'say 30m'
run vault qssh-vault log --clint x
expect 2 'no such option'

# It follows, through a rotation too.
vault qssh-vault log -f --since 2100-01-01 >/tmp/none &
vault qssh-vault log -f >/tmp/followed &
wait_for grep -q evil /tmp/followed
state=/home/vault/.local/state/qssh/record/ssh-client
run signs bytes:11
wait_for grep -q purpose=opaque /tmp/followed
vault mv $state/signatures $state/signatures.1
run signs bytes:12
seen()
{
	[ "$(grep -c 'event=sign .*purpose=opaque' /tmp/followed)" = 2 ]
}
wait_for seen
[ ! -s /tmp/none ] || fail "--since let older lines through"
run vault qssh-vault log
expect 0 event=outcome
equal "$(vault qssh-vault log | grep -c 'event=sign .*purpose=opaque')" 2

# A record with hostile lines in it prints as text.
printf 'time=2026-01-01T00:00:00.000Z client=ssh-client event=sign purpose=\\u{1b}[31m comment=\\u{202e}\\xff user=a\nb\nno=time\n\n' >>$state/requests
run terminal
expect 0 'refused  sign: \u{1b}[31m, key "\u{202e}\xff"' 'damaged  2 lines that qssh did not write, the first: "b"'

# Our own mark of a cut is shown as it is, another's is not.
printf 'time=2026-01-01T00:00:00.000Z client=ssh-client event=list verdict=refused reason=a\\x20long… comment=\\u{2026}\n' >>$state/requests
run terminal
expect 0 'a long…'

# Lines of the version before, which kept all clients' together, are shown too.
printf 'time=2026-01-01T00:00:00.000Z client=former arg=- event=list verdict=answered\n' >/home/vault/.local/state/qssh/requests
run vault qssh-vault log --client former
expect 0 'event=list verdict=answered'
