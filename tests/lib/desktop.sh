# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# The vault's graphical session, for scripts that show and ask (after tests/lib/script.sh; brings the words of
# tests/lib/judge.sh):
#
#	bus_start		a session bus of the vault's
#	screen_start		a display, :0
#	notifications MODE	puts tests/lib/notifyd.py in the place of the notification server, or of the last one
#	notified N		waits until N notifications have been shown
#	notice N FIELD		prints a field of the Nth notification: summary, body, actions, hints, expire
#	click N ACTION, dismiss N REASON, auto [MS ACTION]	what the person does with notifications (tests/lib/notifyd.py)
#	askpass < PROGRAM	a program of these lines is the vault's SSH_ASKPASS: it begins after 0.8 s, as no person answers sooner, and needs no display
#	desktop [NAME=VALUE...]	the vault's session has what was started, and these
#	signs WHAT...		the client qube asks for signatures (tests/lib/signs.py)
#	record			prints both record files
#	grants			prints how many answers are remembered
#	close_window ID		as a window manager's close button does
#	dunst_start		a real notification server, dunst, on screen and bus; dunst_texts tells what it has shown, dunst_shows N how many it shows now
#	picture NAME		a picture of the display, /tmp/NAME.png
#
# shellcheck disable=SC2034

. "$(dirname "${BASH_SOURCE[0]}")/judge.sh"

# The vault's name, as Qubes has it.
qubesdb /name vault

notices=/run/user/47002/notices
vault_run=/run/user/47002
desktop_env=()

desktop()
{
	session SSH_AUTH_SOCK="$vault_run/agent" "${desktop_env[@]}" "$@"
}

bus_start()
{
	vault dbus-daemon --session --nofork --nopidfile --address="unix:path=$vault_run/bus" >/dev/null 2>&1 &
	disown
	wait_for test -S "$vault_run/bus"
	desktop_env+=(DBUS_SESSION_BUS_ADDRESS="unix:path=$vault_run/bus")
	desktop
}

screen_start()
{
	mkdir -p /tmp/.X11-unix
	chmod 1777 /tmp/.X11-unix
	vault Xvfb :0 -screen 0 1000x700x24 -nolisten tcp -noreset >/dev/null 2>&1 &
	disown
	wait_for test -S /tmp/.X11-unix/X0
}

notifications()
{
	pkill -KILL -u vault -f notifyd.py || true
	rm -f $notices
	# shellcheck disable=SC2016
	(
		trap - ERR
		vault DBUS_SESSION_BUS_ADDRESS="unix:path=$vault_run/bus" PYTHONDONTWRITEBYTECODE=1 python3 /tests/lib/notifyd.py $notices "$@"
	) &
	disown
	wait_for bus_has org.freedesktop.Notifications
}

bus_call()
{
	vault DBUS_SESSION_BUS_ADDRESS="unix:path=$vault_run/bus" dbus-send --session --print-reply "$@"
}

bus_has()
{
	bus_call --dest=org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.GetNameOwner string:"$1"
}

notified_count()
{
	[ "$(grep -c '"summary"' $notices 2>/dev/null)" -ge "$1" ]
}

notified()
{
	wait_for notified_count "$1"
}

notice()
{
	python3 -c 'import json, sys
all = [json.loads(line) for line in open(sys.argv[1])]
print([n for n in all if "summary" in n][int(sys.argv[2]) - 1][sys.argv[3]])' $notices "$1" "$2"
}

click()
{
	echo "click $*" >$notices.in
}

# What a window manager sends when its close button is clicked.
close_window()
{
	python3 - "$1" <<-'EOP'
		import ctypes, os, sys
		os.environ["DISPLAY"] = ":0"
		X = ctypes.CDLL("libX11.so.6")
		class ClientMessage(ctypes.Structure):
		    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
		        ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong), ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("pad", ctypes.c_long * 24)]
		X.XOpenDisplay.restype = X.XInternAtom.restype = ctypes.c_ulong
		display = ctypes.c_void_p(X.XOpenDisplay(None))
		atom = lambda name: X.XInternAtom(display, name, 0)
		e = ClientMessage(type=33, window=int(sys.argv[1]), message_type=atom(b"WM_PROTOCOLS"), format=32)
		e.data[0] = atom(b"WM_DELETE_WINDOW")
		X.XSendEvent(display, ctypes.c_ulong(e.window), 0, ctypes.c_long(0), ctypes.byref(e))
		X.XSync(display, 0)
	EOP
}

dismiss()
{
	echo "dismiss $*" >$notices.in
}

auto()
{
	echo "auto $*" >$notices.in
}

askpass()
{
	{
		echo '#!/bin/bash'
		echo 'sleep 0.8'
		cat
	} >/home/vault/askpass
	chmod 755 /home/vault/askpass
	chown vault: /home/vault/askpass
	desktop SSH_ASKPASS=/home/vault/askpass SSH_ASKPASS_REQUIRE=force
}

record()
{
	cat /home/vault/.local/state/qssh/record/ssh-client/requests /home/vault/.local/state/qssh/record/ssh-client/signatures 2>/dev/null
}

grants()
{
	find $vault_run/qssh/grants -type f 2>/dev/null | wc -l
}

# signs WHAT...: tests/lib/signs.py as the client qube.
signs()
{
	client PYTHONDONTWRITEBYTECODE=1 python3 /tests/lib/signs.py "$@"
}

xdotool_vault()
{
	vault DISPLAY=:0 xdotool "$@"
}

# A left click on a notification opens its buttons in a menu, where the person picks the line with the word in ~/pick.
dunst_start()
{
	vault mkdir -p .config/dunst
	vault tee .config/dunst/dunstrc >/dev/null <<-'EOD'
		[global]
		    origin = top-right
		    offset = 10x10
		    width = 420
		    height = 300
		    font = Sans 10
		    markup = full
		    format = "<b>%s</b>\n%b"
		    history_length = 50
		    mouse_left_click = do_action
		    dmenu = /home/vault/menu
	EOD
	vault tee menu >/dev/null <<-'EOD'
		#!/bin/bash
		grep -m 1 -- "$(cat /home/vault/pick)"
	EOD
	chmod 755 /home/vault/menu
	vault DISPLAY=:0 DBUS_SESSION_BUS_ADDRESS="unix:path=$vault_run/bus" dunst >/run/world/dunst.log 2>&1 &
	disown
	wait_for bus_has org.freedesktop.Notifications
}

dunst_ctl()
{
	vault DBUS_SESSION_BUS_ADDRESS="unix:path=$vault_run/bus" dunstctl "$@"
}

# How many notifications it shows now.
dunst_shows()
{
	[ "$(dunst_ctl count displayed)" = "$1" ]
}

# The titles and bodies that it has shown and put away, as they stood on the screen: markup is read once.
dunst_texts()
{
	dunst_ctl close-all
	dunst_ctl history | python3 -c 'import html, json, re, sys
for n in json.load(sys.stdin)["data"][0]:
    print(n["summary"]["data"], html.unescape(re.sub("<[^>]*>", "", n["body"]["data"])), sep="\n")'
}

picture()
{
	vault DISPLAY=:0 import -window root "/tmp/$1.png"
	[ -s "/tmp/$1.png" ]
}
