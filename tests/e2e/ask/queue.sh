#!/bin/bash
# SPDX-License-Identifier: ISC
# One question at a time in the whole vault: two clients get each their own answer; requests that are the same share a
# question, which says how many they are; four different ones of a client wait, a fifth is refused.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

policy <<'EOF2'
qubes.SshAgent + ssh-client vault allow
qubes.SshAgent + work-vault vault allow
EOF2
rules <<'EOR'
notify none
ask * arg * for any
EOR

# The dialog answers yes to work-vault, and no to ssh-client but for git. It shows whether it was alone, and waits for
# /home/vault/go.
askpass <<'EOP'
mkdir /home/vault/open 2>/dev/null || echo "two at a time" >>/home/vault/asked
echo "$1" | tr '\n' ' ' >>/home/vault/asked
echo >>/home/vault/asked
until [ -e /home/vault/go ]; do sleep 0.05; done
sleep 0.1
rmdir /home/vault/open
case $(echo $1) in
*'work-vault wants'*|*'git commit'*) echo yes ;;
*) exit 1 ;;
esac
EOP

asked()
{
	[ "$(wc -l </home/vault/asked)" = "$1" ]
}

waiting()
{
	[ "$(find $vault_run/qssh/questions -name '[0-9]*' | wc -l)" = "$1" ]
}

other()
{
	as work-vault PYTHONDONTWRITEBYTECODE=1 python3 /tests/lib/signs.py --call "$@"
}

# One question is open; the other client's waits, and eight that are the same share one more.
signs --call bytes:1 >/tmp/first &
wait_for waiting 1
other bytes:1 >/tmp/other &
wait_for waiting 2
signs --call git git git git git git git git >/tmp/eight &
wait_for waiting 10
wait_for asked 1
vault touch go
wait
equal "$(cat /tmp/first)" refused
equal "$(cat /tmp/other)" signed
equal "$(cat /tmp/eight)" 'signed signed signed signed signed signed signed signed'
wait_for asked 3
run cat /home/vault/asked
lacks 'two at a time'
expect 0 'ssh-client wants to sign a git commit, tag or push certificate, 8 times at once.' 'One yes allows all 8.' 'work-vault wants to sign'

# Eight logins, one no.
vault rm go asked
rm -rf $vault_run/qssh/cooldown
signs --call bytes:2 >/tmp/first &
wait_for waiting 1
signs --call login:root login:root login:root login:root login:root login:root login:root login:root >/tmp/eight &
wait_for waiting 9
vault touch go
wait
equal "$(cat /tmp/eight)" 'refused refused refused refused refused refused refused refused'
wait_for asked 2
run cat /home/vault/asked
expect 0 'ssh-client wants to log in to an unknown host, 8 times at once.'

# Four different ones wait, beside the open one; the fifth is refused at once.
vault rm go asked
rm -rf $vault_run/qssh/cooldown
signs --call git >/tmp/first &
wait_for waiting 1
signs --call bytes:11 bytes:12 bytes:13 bytes:14 >/tmp/four &
wait_for waiting 5
run signs --call bytes:15
equal "$output" refused
run record
expect 0 'too\x20many\x20questions'
run other bytes:15 &
wait_for waiting 6
vault touch go
wait
equal "$(cat /tmp/first)" signed

# A waiter is decided afresh: what was answered meanwhile, for good or for bad, needs no question of its own.
vault rm go asked
rm -rf $vault_run/qssh/cooldown
rules <<'EOR'
notify none
ask ssh-client for sshsig:git remember 1m
EOR
signs --call git >/tmp/first &
wait_for waiting 1
signs --call git git >/tmp/second &
wait_for waiting 3
vault touch go
wait
equal "$(cat /tmp/first /tmp/second)" 'signed
signed signed'
wait_for asked 1
vault rm go asked
vault qssh-vault revoke all >/dev/null
rules <<'EOR'
notify none
ask * arg * for any
EOR
signs --call bytes:31 >/tmp/first &
wait_for waiting 1
signs --call bytes:31 >/tmp/second &
wait_for waiting 2
vault touch go
wait
equal "$(cat /tmp/first /tmp/second)" 'refused
refused'
wait_for asked 1
run record
expect 0 'said\x20no\x20to\x20the\x20same'
