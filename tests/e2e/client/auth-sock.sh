#!/bin/bash
# SPDX-License-Identifier: ISC
# SSH_AUTH_SOCK is set for the user manager, for what D-Bus starts and in login shells while the socket is enabled,
# never over an agent that was chosen.
. "$(dirname "$0")/../../lib/script.sh"

manager()
{
	client systemctl --user show-environment | sed -n 's/^SSH_AUTH_SOCK=//p'
}

login_shell()
{
	# shellcheck disable=SC2016
	client "$@" bash -lc 'echo "$SSH_AUTH_SOCK"'
}

# A unit's environment.
service()
{
	client systemctl --user start show.service
	cat /home/ssh-client/shown
}

mkdir -p /home/ssh-client/.config/systemd/user
cat >/home/ssh-client/.config/systemd/user/show.service <<'UNIT'
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo "$SSH_AUTH_SOCK" >%h/shown'
UNIT
client systemctl --user daemon-reload

equal "$(manager)" $socket
equal "$(login_shell)" $socket
equal "$(service)" $socket
run client bash -lc 'ssh-add -l'
expect 0 ED25519

# A distribution's own agent does not count, a person's does.
equal "$(login_shell SSH_AUTH_SOCK=/run/user/47001/gcr/ssh)" $socket
equal "$(login_shell SSH_AUTH_SOCK=/home/ssh-client/agent)" /home/ssh-client/agent
client systemctl --user set-environment SSH_AUTH_SOCK=/run/user/47001/openssh_agent
client systemctl --user restart qssh.socket
equal "$(manager)" $socket
client systemctl --user set-environment SSH_AUTH_SOCK=/home/ssh-client/agent
client systemctl --user restart qssh.socket
equal "$(manager)" /home/ssh-client/agent
client qssh disable
equal "$(manager)" /home/ssh-client/agent
client systemctl --user unset-environment SSH_AUTH_SOCK

client qssh enable
equal "$(manager)" $socket
client qssh disable
equal "$(manager)" ''
equal "$(login_shell)" ''

# What D-Bus starts, on a bus that runs while the socket comes and goes.
command -v dbus-daemon >/dev/null || skip 'there is no dbus-daemon here'
mkdir -p /home/ssh-client/.local/share/dbus-1/services
cat >/home/ssh-client/.local/share/dbus-1/services/test.Environment.service <<'SERVICE'
[D-BUS Service]
Name=test.Environment
Exec=/bin/sh -c 'echo "is:$SSH_AUTH_SOCK" >/home/ssh-client/activated; exit 1'
SERVICE
cat >/home/ssh-client/.config/systemd/user/dbus.service <<'UNIT'
[Service]
ExecStart=/usr/bin/dbus-daemon --session --address=unix:path=%t/bus --nofork --nopidfile
UNIT
chown -R ssh-client /home/ssh-client/.local /home/ssh-client/.config
client systemctl --user daemon-reload
client systemctl --user start dbus.service
wait_for test -S /run/user/47001/bus

activated()
{
	rm -f /home/ssh-client/activated
	client busctl --user --timeout=1 call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus StartServiceByName su \
	    test.Environment 0 >/dev/null 2>&1 || true
	wait_for test -s /home/ssh-client/activated
	cat /home/ssh-client/activated
}

equal "$(activated)" is:
client qssh enable
equal "$(activated)" is:$socket
client qssh disable
equal "$(activated)" is:
