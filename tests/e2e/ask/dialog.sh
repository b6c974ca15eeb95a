#!/bin/bash
# SPDX-License-Identifier: ISC
# A question goes to the askpass program, which sees what is asked for; success with an empty first line or a yes in it
# is a yes, and whatever else it does is a no.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

rules <<'EOR'
ask ssh-client arg * for any timeout 4s
EOR

# WANT [WHAT]: what becomes of a request when the program does what is on stdin.
becomes()
{
	rm -rf /run/user/47002/qssh/cooldown
	askpass
	run signs "${2:-git}"
	expect 0 "$1"
	equal "$output" "$1"
}

becomes signed <<'EOP'
printf '%s\n' "$SSH_ASKPASS_PROMPT" "$@" >/home/vault/asked
echo yes
EOP
run cat /home/vault/asked
expect 0 'confirm
vault: let ssh-client sign a git commit, tag or push certificate?

key: ed25519@vault (ED25519 ...' 'Yes: this signature alone.'

becomes signed <<'EOP'
echo
EOP
becomes signed <<'EOP'
exit 0
EOP
becomes signed <<'EOP'
printf 'YES\r\nno\n'
EOP
becomes refused <<'EOP'
exit 1
EOP
becomes refused <<'EOP'
echo yes
exit 1
EOP
becomes refused <<'EOP'
echo no
EOP
becomes refused <<'EOP'
echo yesterday
EOP
becomes refused <<'EOP'
echo ' yes'
EOP
# More than a pipe holds, none of it an empty line or a yes.
becomes refused <<'EOP'
head -c 60000 /dev/zero | tr '\0' '\377'
EOP
becomes refused <<'EOP'
echo yes
kill -SEGV $$
EOP
run record
lacks 'the\x20dialog\x20failed'

# Only what can't be started is not a person's answer.
becomes refused <<'EOP'
exec /nowhere/askpass
EOP
run record
expect 0 'the\x20dialog\x20failed'

# Where a yes could cost more than it says, no single key gives it: the word is typed, without
# SSH_ASKPASS_PROMPT=confirm. What is neither is asked again.
becomes signed bytes:101 <<'EOP'
printf '%s\n' "${SSH_ASKPASS_PROMPT-entry}" "$@" >/home/vault/asked
echo yes
EOP
run cat /home/vault/asked
expect 0 'entry
CAREFUL, vault: ssh-client wants to sign bytes of unknown meaning.

A yes may let somebody log in as you' 'size: 101 bytes' 'To allow this, type yes. Anything else refuses it.'
vault touch times
becomes refused bytes:102 <<'EOP'
echo once >>/home/vault/times
EOP
equal "$(wc -l </home/vault/times)" 3
becomes refused bytes:103 <<'EOP'
echo once >>/home/vault/times
echo y
EOP
equal "$(wc -l </home/vault/times)" 6
becomes refused bytes:104 <<'EOP'
echo once >>/home/vault/times
exit 1
EOP
equal "$(wc -l </home/vault/times)" 7

# One that hangs is a timeout; it and all that it started end with the question.
becomes refused <<'EOP'
sleep 3333 & sleep 3333
EOP
run record
expect 0 'nobody\x20answered\x20in\x20time'
run pgrep -u vault sleep
expect 1

# A grandchild that keeps its output delays nothing.
begin=$(date +%s%N)
becomes signed <<'EOP'
(trap '' TERM; sleep 4444) &
echo yes
EOP
[ $((($(date +%s%N) - begin) / 1000000)) -lt 3000 ] || fail "a grandchild delayed the answer"
run pgrep -u vault sleep
expect 1
wait_for none_running
