#!/bin/bash
# SPDX-License-Identifier: ISC
# What `make pictures` takes pictures of, inside its world. Each is cut to what is to be seen, and goes to descriptor 3
# in a tar file.
# shellcheck disable=SC2034
. "$(dirname "$0")/script.sh"
. "$(dirname "$0")/desktop.sh"
trap - EXIT

gnome=/usr/lib/openssh/gnome-ssh-askpass
x11=/usr/libexec/ssh-askpass/x11-ssh-askpass
fullscreen=/usr/bin/ssh-askpass-fullscreen
lxqt=/usr/bin/lxqt-openssh-askpass

mkdir -p /tmp/pictures
chmod 1777 /tmp/pictures

window()
{
	xdotool_vault search --onlyvisible --name '.'
}

# NAME: takes what is on the screen, and its edges off.
take()
{
	vault DISPLAY=:0 import -window root "/tmp/pictures/$1.png"
	convert "/tmp/pictures/$1.png" -trim +repage -bordercolor gray -border 4 "/tmp/pictures/$1.png"
}

# NAME PROGRAM COMMAND...: the question that the command leads to, in that program; nobody answers it.
question()
{
	local name=$1 program=$2
	shift 2
	desktop SSH_ASKPASS="$program"
	rm -rf $vault_run/qssh/cooldown
	"$@" >/dev/null 2>&1 &
	pid=$!
	wait_for window
	sleep 1
	take "$name"
	xdotool_vault key Escape
	wait $pid || true
	sleep 0.3
}

# NAME COMMAND...: the notification that it leads to.
notification()
{
	local name=$1
	shift
	rm -rf $vault_run/qssh/cooldown $vault_run/qssh/shown
	dunst_ctl close-all
	"$@" >/dev/null 2>&1 &
	pid=$!
	wait_for dunst_shows 1
	sleep 0.5
	take "$name"
	dunst_ctl close-all
	wait $pid || true
}

pam()
{
	client PYTHONDONTWRITEBYTECODE=1 python3 /tests/lib/signs.py pam:root
}

certify()
{
	client SSH_AUTH_SOCK=$socket ssh-keygen -q -s ca.pub -U -I "alice's laptop" -n root,admin,deploy,backup -V +52w user.pub
}

witness
bus_start
screen_start
host_start nameless 2222
client ssh-keygen -q -t ed25519 -N '' -f user
vault cat .ssh/id_ed25519.pub | client tee ca.pub >/dev/null

rules <<'EOR'
notify none
ask ssh-client to remote@host for login nickname "work laptop" remember 5m
ask ssh-client for sshsig:*
ask ssh-client for any timeout 20s
EOR
question login $gnome client ssh remote@host true
question git $gnome signs git
question file $gnome signs file
question unnamed $gnome client ssh -p 2222 remote@nameless true
question unknown $gnome signs login:root
question bytes $gnome signs bytes:1024
question certificate $gnome certify
question sudo $gnome pam

# One is open while four that are the same wait, and share the next one.
desktop SSH_ASKPASS=$gnome
rm -rf $vault_run/qssh/cooldown
signs file >/dev/null &
file=$!
wait_for window
signs --call git git git git >/dev/null &
sleep 1.5
xdotool_vault key Escape
sleep 1.5
take many
xdotool_vault key Escape
wait $! $file || true
rm -rf $vault_run/qssh/cooldown
for program in x11 fullscreen lxqt; do
	question "login-$program" "${!program}" client ssh remote@host true
	question "bytes-$program" "${!program}" signs bytes:1024
done
rules <<'EOR'
notify none
allow ssh-client for sshsig:* uses any rate 2/1m
EOR
signs git git >/dev/null
question burst $gnome signs git

pkill -u vault -x Xvfb || true
sleep 0.5
screen_start
dunst_start
rules <<'EOR'
notify none
ask ssh-client to remote@host remember 5m
ask ssh-client for any
EOR
desktop SSH_ASKPASS=/nowhere/askpass
sed -i 's/^markup.*/&\nshow_indicators = yes/' /home/vault/.config/dunst/dunstrc
for what in 'ask-login client ssh remote@host true' 'ask-bytes signs bytes:1024'; do
	read -ra words <<<"$what"
	rm -rf $vault_run/qssh/cooldown
	dunst_ctl close-all
	"${words[@]:1}" >/dev/null 2>&1 &
	pid=$!
	wait_for dunst_shows 1
	sleep 0.8
	take "notification-${words[0]}"
	dunst_ctl close-all
	wait $pid || true
done
rules <<'EOR'
allow ssh-client to remote@host
deny ssh-client for git
allow ssh-client for login
EOR
notification notification-signed client ssh remote@host true
notification notification-refused signs git
notification notification-signed-unknown signs login:root
rules <<'EOR'
allow ssh-client to remote@host
alow
EOR
notification notification-trouble client ssh remote@host true
rules <<'EOR'
allow ssh-client to *@host
EOR
notification notification-unnamed client ssh -p 2222 remote@nameless true
tar -C /tmp/pictures -cf - . >&3
