#!/bin/bash
# SPDX-License-Identifier: ISC
# Without a dialog program the question is a notification with buttons, also through Qubes' notification proxy; what is
# clicked decides, and closing it is a no.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
notifications proxy
desktop SSH_ASKPASS=/nowhere/askpass
rules <<'EOR'
notify none
ask ssh-client for sshsig:* remember 5m
ask ssh-client for any timeout 2s
EOR

# ACTION STATUS WHAT...: each question gets the action, after more than 700 ms.
questions=0
after()
{
	local action=$1 want=$2
	shift 2
	rm -rf $vault_run/qssh/cooldown
	questions=$((questions + 1))
	signs "$@" >/tmp/out &
	pid=$!
	notified $questions
	sleep 0.9
	if [ "$action" = dismiss ]; then
		dismiss $questions 2
	elif [ "$action" != nothing ]; then
		click $questions "$action"
	fi
	wait $pid
	equal "$(cat /tmp/out)" "$want"
}

after allow signed git
equal "$(notice 1 summary)" 'vault: let ssh-client sign a git commit, tag or push certificate?'
run notice 1 body
expect 0 'key: ed25519@vault (ED25519 ...'
equal "$(notice 1 actions)" "['allow', 'Allow once', 'allow-for', 'Allow for 5 minutes', 'deny', 'Deny']"
equal "$(notice 1 expire)" 0
run notice 1 hints
expect 0 "'urgency': 2"

after deny refused git
after dismiss refused git
after deny refused bytes:7
equal "$(notice 4 summary)" 'CAREFUL, vault: ssh-client wants to sign bytes of unknown meaning.'
equal "$(notice 4 actions)" "['deny', 'Deny', 'allow', 'Allow once']"
after nothing refused bytes:8

# A late click, on what the proxy leaves on the screen, does nothing.
run grep -c '"close"' $notices
expect 0
click 5 allow
run record
expect 0 'nobody\x20answered\x20in\x20time'
equal "$(grep -c event=sign /home/vault/.local/state/qssh/record/ssh-client/signatures)" 1

after allow-for signed git
run signs git git
equal "$output" 'signed signed'
[ "$(grants)" = 1 ]

# A click within 700 ms is void: the question is put again, and the next click counts.
rules <<'EOR'
notify none
ask ssh-client for any timeout 20s
EOR
auto 100 allow
signs bytes:9 >/tmp/out &
pid=$!
notified $((questions + 3))
sleep 0.5
kill -0 $pid || fail "an early click counted"
auto
sleep 0.9
last=$(grep -c '"summary"' $notices)
click "$last" deny
wait $pid
equal "$(cat /tmp/out)" refused
auto

# A server without buttons, and one that hangs: a denial within seconds, with its reason.
for pair in 'plain neither\x20an\x20askpass\x20program' 'hang the\x20dialog\x20failed'; do
	notifications "${pair%% *}"
	rm -rf $vault_run/qssh/cooldown /home/vault/.local/state/qssh
	begin=$SECONDS
	run signs bytes:10
	equal "$output" refused
	[ $((SECONDS - begin)) -le 7 ] || fail "it took $((SECONDS - begin)) s"
	run record
	expect 0 "${pair#* }"
done
wait_for none_running
