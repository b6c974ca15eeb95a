#!/bin/bash
# SPDX-License-Identifier: ISC
# What `make demo` shows, inside its world. Every line after a prompt is what the command printed.
. "$(dirname "$0")/script.sh"
. "$(dirname "$0")/desktop.sh"
trap - EXIT

title()
{
	printf '\n== %s\n' "$*"
}

# show QUBE COMMAND: as a person there would type it, at a terminal. Its status goes to $status.
show()
{
	local qube=$1 line=$2
	printf '[%s] $ %s\n' "$qube" "$line"
	status=0
	as "$qube" SYSTEMD_COLORS=0 script -qefc "$line" /dev/null </dev/null || status=$?
}

# No process of qssh's, wherever. What ps finds beside itself would be printed.
show_processes()
{
	# shellcheck disable=SC2016
	show ssh-client "ps -e -o pid,user:12,args | grep -E '[q]ssh-|[q]rexec-client-vm' || echo none"
}

policy <<'EOF'
qubes.SshAgent + ssh-client @default allow target=vault
EOF

title "The key is in the vault, and the client qube has none."
show vault 'ssh-keygen -lf .ssh/id_ed25519.pub'
show ssh-client 'ls -A .ssh'

title "systemd listens; nothing of qssh runs."
show ssh-client 'systemctl --user --no-pager list-sockets qssh.socket'
show_processes

title "dom0's policy allows the call, and ssh logs in."
echo "[dom0] \$ cat /etc/qubes/policy.d/30-user.policy"
cat /etc/qubes/policy.d/30-user.policy
show ssh-client 'ssh remote@host id -un'
[ "$status" = 0 ] || fail "the login failed"

title "dom0's policy has no line for it any more: ssh fails, and says why."
policy </dev/null
show ssh-client 'ssh remote@host id -un'
[ "$status" = 255 ] || fail "the login was not refused"

title "A rule asks: the vault's person sees the request, and says yes."
policy <<'EOF'
qubes.SshAgent + ssh-client @default allow target=vault
EOF
witness
screen_start
rules <<<'ask ssh-client to remote@host remember 5m'
desktop SSH_ASKPASS=/usr/lib/openssh/gnome-ssh-askpass
show vault 'cat .config/qssh/rules'
client ssh remote@host id -un >/tmp/out &
wait_for xdotool_vault search --onlyvisible --name OpenSSH
# A yes counts once the window has been there for 700 ms.
sleep 1.5
if { true >&3; } 2>/dev/null; then
	vault DISPLAY=:0 import -window root png:- >&3
fi
xdotool_vault key alt+y
wait $!
printf '[ssh-client] $ ssh remote@host id -un\n%s\n' "$(cat /tmp/out)"
show vault 'qssh-vault grants'
[ "$status" = 0 ] || fail "no answer was remembered"

wait_for none_running
title "Nothing runs afterwards either."
show_processes

title "What the vault wrote down."
show vault 'qssh-vault log'
[ "$status" = 0 ] || fail "there is no record"
