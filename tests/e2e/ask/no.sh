#!/bin/bash
# SPDX-License-Identifier: ISC
# Whatever Debian's askpass programs do when a person says no, presses Escape, closes the window, or the program is
# killed, is that person's no: refused, and the same is not asked again at once. One that can't open its display is
# nobody's no.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

screen_start
rules <<'EOR'
notify none
ask ssh-client for sshsig:* timeout 20s
EOR

window()
{
	id=$(xdotool_vault search --onlyvisible --name '.' | tail -n 1)
	[ -n "$id" ]
}

no_window()
{
	! window
}

# PROGRAM ACT: asked once, whatever becomes of it.
refuses()
{
	local program=$1 act=$2
	rm -rf $vault_run/qssh/cooldown /home/vault/.local/state/qssh
	signs git >/tmp/out &
	pid=$!
	wait_for window
	sleep 0.4
	case $act in
	close) close_window "$id" ;;
	kill) pkill -KILL -u vault -f "^$program" ;;
	*) xdotool_vault key "$act" ;;
	esac
	wait $pid
	equal "$program $act: $(cat /tmp/out)" "$program $act: refused"
	run record
	expect 0 'a\x20person\x20said\x20no'
	wait_for no_window
	run signs git
	expect 0 refused
	run record
	expect 0 'said\x20no\x20to\x20the\x20same'
}

for program in /usr/lib/openssh/gnome-ssh-askpass /usr/libexec/ssh-askpass/x11-ssh-askpass /usr/bin/ssh-askpass-fullscreen /usr/bin/lxqt-openssh-askpass; do
	desktop SSH_ASKPASS=$program
	refuses $program Escape
	refuses $program kill
	case $program in
	*gnome*) refuses $program alt+n ;&
	*x11* | *lxqt*) refuses $program close ;;
	esac
done

# A yes of each, after a second.
for program in /usr/lib/openssh/gnome-ssh-askpass /usr/libexec/ssh-askpass/x11-ssh-askpass /usr/bin/ssh-askpass-fullscreen /usr/bin/lxqt-openssh-askpass; do
	rm -rf $vault_run/qssh/cooldown
	desktop SSH_ASKPASS=$program
	signs git >/tmp/out &
	pid=$!
	wait_for window
	sleep 1.2
	xdotool_vault key Return
	wait $pid
	equal "$program: $(cat /tmp/out)" "$program: signed"
done

for program in /usr/lib/openssh/gnome-ssh-askpass /usr/bin/lxqt-openssh-askpass; do
	rm -rf $vault_run/qssh/cooldown /home/vault/.local/state/qssh
	desktop SSH_ASKPASS=$program DISPLAY=:77
	run signs git
	expect 0 refused
	run record
	expect 0 'there\x20is\x20no\x20display'
	[ ! -e $vault_run/qssh/cooldown/ssh-client ] || fail "a display that is gone was taken for a no"
done
wait_for none_running
