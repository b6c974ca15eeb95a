# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# For the scripts that move over to qssh from another Split SSH, by the commands of qssh-moving(7). Begins with a client
# qube where qssh is not on, and a vault and dom0 without qssh.
#
#	old_service FILE < SCRIPT	the vault's service of the older way, until qssh takes its place
#	old_package NAME FILE...	says that the package NAME is installed and has these files
#	page SECTION [NAME=YOURS...]	the section to follow, with names replaced
#	follow PLACE		runs the commands of its next block, which must be for PLACE
#	followed		fails if a command of the section was not run
#	restart_client		as after a restart of the client qube: rc.local, profiles, and no process that was there
#	login_by WORD		logs in, and fails unless a listener of the older way ran (old) or none (new)

ours=/run/world/ours commands=() listeners='socat|ncat'

# sudo keeps the person's home, and a package comes with its service file, unless another's is there: then dpkg asks.
cat >/tests/bin/sudo <<'EOF'
#!/bin/bash
if [ "$1" = -u ]; then
	cd "/home/$2" && exec setpriv --reuid="$2" --regid="$2" --init-groups -- env HOME="/home/$2" "${@:3}"
fi
exec "$@"
EOF
cat >/tests/bin/apt-get <<'EOF'
#!/bin/bash
case "$*" in
*" purge "*) xargs rm <"/run/world/package.${*: -1}" && rm "/run/world/package.${*: -1}" ;;
*" install "*qssh-*)
	[ ! -e /etc/qubes-rpc/qubes.SshAgent ] || { echo 'qubes.SshAgent: *** Y or I, N or O?'; exit 1; }
	cp -p /run/world/ours /etc/qubes-rpc/qubes.SshAgent
	;;
esac
EOF
chmod 755 /tests/bin/{sudo,apt-get}

mv /etc/qubes-rpc/qubes.SshAgent $ours
policy </dev/null
mkdir -p /rw/config/rc.local.d
client qssh disable >/dev/null
touch /rw/config/rc.local
chmod 755 /rw/config/rc.local

old_service()
{
	cat >"$1"
	chmod 755 "$1"
}

old_package()
{
	local name=$1
	shift
	printf '%s\n' "$@" >"/run/world/package.$name"
}

page()
{
	local pair line
	mapfile -t commands < <(/tests/lib/readme /usr/share/man/man7/qssh-moving.7* '' "$1")
	[ ${#commands[@]} -gt 0 ] || fail "the page has no section $1"
	for pair in "${@:2}"; do
		for line in "${!commands[@]}"; do
			commands[line]=${commands[line]//"${pair%%=*}"/"${pair#*=}"}
		done
	done
}

# What begins with sudo runs as root, with the person's home.
run_in()
{
	local qube=$1 command=$2
	case $command in
	'sudo '*) run env HOME="/home/$qube" bash -c "cd && $command" ;;
	*) run as "$qube" bash -c "$command" ;;
	esac
	expect 0
}

follow()
{
	local place=$1 command
	[[ ${commands[0]:-} == "$place"$'\t'* ]] || fail "the page goes on with ${commands[0]:-nothing}, not in $place"
	while [[ ${commands[0]:-} == "$place"$'\t'* ]]; do
		command=${commands[0]#*$'\t'}
		commands=("${commands[@]:1}")
		case $place in
		policy) echo "$command" >>/etc/qubes/policy.d/30-user.policy ;;
		client) run_in ssh-client "$command" ;;
		vault) run_in vault "$command" ;;
		*) run bash -c "$command" && expect 0 ;;
		esac
	done
}

followed()
{
	[ ${#commands[@]} = 0 ] || fail "the page goes on: ${commands[*]}"
}

restart_client()
{
	local script
	pkill -u ssh-client -x "$listeners" || true
	wait_for none_listening
	rm -rf /tmp/.SSH_AGENT* /tmp/qusal-ssh-agent-forwarder
	rm -f /etc/ssh/ssh_config.d/30-qssh.conf
	# As qssh-ssh-config.service, by its condition.
	[ ! -e /home/ssh-client/.config/qssh/enabled ] ||
		sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/qssh-ssh-config.service | sh
	client systemctl --user stop qssh.socket
	client systemctl --user restart sockets.target
	for script in /rw/config/rc.local.d/*.rc /rw/config/rc.local; do
		[ ! -e "$script" ] || (trap - ERR && bash "$script" >/dev/null 2>&1)
	done
}

none_listening()
{
	! pgrep -u ssh-client -x "$listeners" >/dev/null
}

login_by()
{
	run client bash -lic 'ssh -o ConnectTimeout=5 remote@host echo in'
	expect 0 in
	case $1 in
	old) ! none_listening || fail 'the older listener does not run' ;;
	new)
		none_listening || fail "the older listener runs: $(pgrep -u ssh-client -a -x "$listeners")"
		run client bash -lic 'printenv SSH_AUTH_SOCK'
		expect 0 /run/user/47001/qssh/default
		;;
	esac
}
