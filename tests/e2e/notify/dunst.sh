#!/bin/bash
# SPDX-License-Identifier: ISC
# A real server shows what was meant: dunst under a real display tells the texts back, hostile ones too, and a button
# that is clicked there answers.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
screen_start
dunst_start
rules <<'EOR'
ask ssh-client for sshsig:* timeout 30s
allow ssh-client for any
EOR
desktop SSH_ASKPASS=/nowhere/askpass

run signs 'login:<b>bold</b>&amp; <a href="x">'
expect 0 signed
picture notification
run dunst_texts
expect 0 'ssh-client → an unknown host, as "<b>bold<": signed' 'rules:2: allowed'

signs git >/tmp/out &
pid=$!
wait_for dunst_shows 1
sleep 1
picture question
# dunst offers the buttons in a menu program, where the person picks one.
echo Allow >/home/vault/pick
xdotool_vault mousemove 900 40 click 1
wait $pid
equal "$(cat /tmp/out)" signed
