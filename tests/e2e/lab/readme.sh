#!/bin/bash
# SPDX-License-Identifier: ISC
# The README's way from a client qube that was never switched on, and a vault whose session has an agent without keys,
# to the first login: its own commands, as they stand there but for the names.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

readme()
{
	local lines
	lines=$(/tests/lib/readme /tests/README.md "$1")
	[ -n "$lines" ] || fail "the README has no command for $1"
	echo "${lines//user@host/remote@host}"
}

# One line after the other: ssh-keygen forgets what was typed before it asked.
typed()
{
	local line
	for line; do
		sleep 0.5
		echo "$line" 2>/dev/null || return 0
	done
}

# types QUBE COMMAND LINE...: at a terminal.
types()
{
	local qube=$1 command=$2
	shift 2
	run as "$qube" script -qec "$command" /dev/null < <(typed "$@")
}

# Nothing is set up yet. The client has been on the host by password, so it knows its key.
client qssh disable >/dev/null
vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -qD
rm /home/vault/.ssh/id_* /home/remote/.ssh/authorized_keys
mv /etc/ssh/ssh_known_hosts /home/ssh-client/.ssh/known_hosts
policy </dev/null
bus_start
notifications plain
cat >/usr/bin/qvm-service <<'EOS'
#!/bin/sh
[ "$1 $2" = "--enable ssh-client" ] && mkdir -p /run/qubes-service && touch "/run/qubes-service/$3"
EOS
chmod 755 /usr/bin/qvm-service

# Its rules are in order, in a vault that has their keys. They are not used here.
for key in work git-signing; do
	vault ssh-keygen -q -t ed25519 -N '' -f .ssh/$key
done
readme rules >/run/world/rules
run vault qssh-vault check --rules /run/world/rules
expect 0 'in order'
vault rm .ssh/work .ssh/work.pub .ssh/git-signing .ssh/git-signing.pub

readme policy >>/etc/qubes/policy.d/30-user.policy
run bash -ec "$(readme dom0)"
expect 0
# The qube restarts.
sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/qssh-ssh-config.service | sh
client systemctl --user restart sockets.target
wait_for test -S $socket

types vault "$(readme vault)" '' '' '' '' '' '' '' ''
expect 0 'id_ed25519'
install -o remote -m 600 /home/vault/.ssh/id_ed25519.pub /home/remote/.ssh/authorized_keys

answer yes
while read -r command; do
	types ssh-client "$command" 'id -un' exit
	expect 0
done < <(readme client)
expect 0 remote
calls 2
run cat $signatures
expect 0 outcome=signed user=remote
notified 1
run notice 1 summary
expect 0 'as remote: signed'
