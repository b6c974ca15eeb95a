#!/bin/bash
# SPDX-License-Identifier: ISC
# The dialog that Debian has, ssh-askpass-gnome, in a real window: its Yes signs, its No and its closing do not; hostile
# text stands in it as text.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

screen_start
rules <<'EOR'
notify none
ask ssh-client arg * for any timeout 30s
EOR
desktop SSH_ASKPASS=/usr/lib/openssh/gnome-ssh-askpass

window()
{
	xdotool_vault search --onlyvisible --name OpenSSH
}

# WANT WHAT KEY...: what becomes of WHAT when the person presses the KEYs.
becomes()
{
	rm -rf $vault_run/qssh/cooldown
	signs "$2" >/tmp/out &
	pid=$!
	wait_for window
	sleep 1.2
	picture dialog
	xdotool_vault key "${@:3}"
	wait $pid
	equal "$(cat /tmp/out)" "$1"
}

becomes signed 'login:<b>x</b> &amp; <span' y e s Return
becomes refused 'login:<b>x</b> &amp; <span' Escape
becomes signed git alt+y
becomes refused git alt+n
becomes refused file Escape
