#!/bin/bash
# SPDX-License-Identifier: ISC
# When the client hangs up, its question is withdrawn, open or waiting: the dialog ends with all that it started, and no
# answer counts any more.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

rules <<'EOR'
notify none
ask ssh-client arg * for any
EOR
no_dialog()
{
	! pgrep -u vault -f 'sleep 3333'
}
askpass <<'EOP'
echo "$1" >>/home/vault/asked
trap 'echo yes; exit 0' TERM
sleep 3333 & sleep 3333 & wait
EOP

# Open, and the one that waits behind it.
signs --call hangup:2:bytes:1 >/tmp/out &
pid=$!
wait_for pgrep -u vault -f "sleep 3333"
signs --call hangup:0.5:bytes:2
wait $pid
wait_for no_dialog
wait_for none_running
equal "$(grep -c 'key: ' /home/vault/asked)" 1
run record
expect 0 'the\x20client\x20hung\x20up'
lacks event=outcome
[ -z "$(find $vault_run/qssh/questions -type f ! -name lock)" ] || fail "a ticket is left"

# A filter that is killed takes its question along.
signs --call bytes:3 >/tmp/out &
pid=$!
wait_for pgrep -u vault -f "sleep 3333"
pkill -KILL -u vault -x qssh-filter
wait $pid
equal "$(cat /tmp/out)" closed
wait_for no_dialog
wait_for none_running

# An asker that is killed is a no at once, and leaves no dialog.
signs --call bytes:4 >/tmp/out &
pid=$!
wait_for pgrep -u vault -f "sleep 3333"
pkill -KILL -u vault -x qssh-asker
wait $pid
equal "$(cat /tmp/out)" refused
pkill -u vault -f 'sleep 3333' || true
wait_for no_dialog

# ssh that is interrupted is the same.
client ssh remote@host true 2>/tmp/err &
pid=$!
wait_for pgrep -u vault -f "sleep 3333"
pkill -u ssh-client -x ssh
wait $pid || true
wait_for no_dialog
wait_for none_running

# So is a notification.
bus_start
notifications buttons
desktop SSH_ASKPASS=/nowhere/askpass
signs --call hangup:1:bytes:5 >/tmp/out &
pid=$!
notified 1
wait $pid
wait_for grep -q '"close": 1' $notices
wait_for none_running
