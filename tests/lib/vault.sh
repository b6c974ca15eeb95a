# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# More words for scripts about the vault's agents; after script.sh.
#
#	vault_bare		the vault has no session: its services are run by a login shell
#	vault_gui True|False	qubesdb says that the vault has a graphical session, or will have one soon
#	vault_without_agent	its session has no agent
#	vault_manager		the vault's user manager runs from now on
#	vault_empty		~/.ssh has no keys, its session has no agent, and its user manager runs
#	vault_key NAME FILE [ssh-keygen's ARGS...]	makes a key in ~/.ssh/identities.d/NAME, with NAME/FILE for a comment, that the host takes
#	security_key NAME [ssh-keygen's ARGS...]	the vault's ssh has OpenSSH's software authenticator from now on (tests/fake/touch.c), with a key
#				in ~/.ssh/identities.d/default that the host takes; after vault_manager
#	touch_it, refuse_it	what the person does with it; waits until it blinks
#	agent_pid NAME		the process id of qssh's agent NAME; fails where there is none
#	list [SOCKETNAME]	ssh-add -l in the client, through a socket of qssh's
#
# shellcheck disable=SC2034
keydir=/home/vault/.ssh/identities.d
agents=/run/user/47002/qssh/agents
requests=/home/vault/.local/state/qssh/record/ssh-client/requests
loads=/home/vault/.local/state/qssh/record/-/requests
signatures=/home/vault/.local/state/qssh/record/ssh-client/signatures

vault_bare()
{
	rm -f /run/qubes/vault/session /run/qubes/qrexec-server.vault.sock
}

vault_gui()
{
	qubesdb /qubes-gui-enabled "$1" /default-user vault
}

vault_without_agent()
{
	pkill -u vault -x ssh-agent || true
	wait_for not pgrep -u vault -x ssh-agent
	rm -f /run/user/47002/agent
	session
}

not()
{
	! "$@"
}

vault_manager()
{
	local group=/sys/fs/cgroup$WORLD_CGROUP/vault
	mkdir "$group"
	chown -R vault "$group"
	(
		trap - ERR
		echo "$BASHPID" >"$group/cgroup.procs"
		vault /lib/systemd/systemd --user
	) </dev/null >/run/world/vault-manager.log 2>&1 &
	disown
	wait_for test -S /run/user/47002/systemd/private
	wait_for vault systemctl --user --quiet is-active default.target
}

vault_empty()
{
	rm /home/vault/.ssh/id_*
	vault_without_agent
	vault_manager
}

vault_key()
{
	local name=$1 file=$2
	shift 2
	vault mkdir -p -m 700 "$keydir/$name"
	vault ssh-keygen -q -t ed25519 -N '' -C "$name/$file" -f "$keydir/$name/$file" "$@"
	cat "$keydir/$name/$file.pub" >>/home/remote/.ssh/authorized_keys
}

security_key()
{
	local name=$1 dummy=/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so
	shift
	[ -e $dummy ] || skip "OpenSSH's software authenticator is not there: package openssh-tests"
	mkdir -p /tmp/touch
	chmod 777 /tmp/touch
	vault mkdir -p -m 700 "$keydir/default"
	vault ssh-keygen -q -t ed25519-sk -w $dummy -N '' -C "$name" -f "$keydir/default/$name" "$@" ||
		skip "this OpenSSH does not take its software authenticator"
	cat "$keydir/default/$name.pub" >>/home/remote/.ssh/authorized_keys
	vault systemctl --user set-environment SSH_SK_PROVIDER=/usr/local/lib/touch.so
}

touch_it()
{
	wait_for test -e /tmp/touch/waiting
	rm -f /tmp/touch/waiting
	: >/tmp/touch/touched
}

refuse_it()
{
	wait_for test -e /tmp/touch/waiting
	rm -f /tmp/touch/waiting
	: >/tmp/touch/refused
}

agent_pid()
{
	pgrep -u vault -f "ssh-agent -D -a $agents/$1\$"
}

list()
{
	client SSH_AUTH_SOCK="/run/user/47001/qssh/${1:-default}" ssh-add -l
}
