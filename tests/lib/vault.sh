# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# More words for scripts about the vault's agents; after script.sh.
#
#	vault_bare		the vault has no session: its services are run by a login shell
#	vault_gui True|False	qubesdb says that the vault has a graphical session, or will have one soon
#	vault_without_agent	its session has no agent
#	vault_manager		the vault's user manager runs from now on
#	vault_key NAME FILE [ssh-keygen's ARGS...]	makes a key in ~/.ssh/identities.d/NAME, with NAME/FILE for a comment, that the host takes
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

vault_key()
{
	local name=$1 file=$2
	shift 2
	vault mkdir -p -m 700 "$keydir/$name"
	vault ssh-keygen -q -t ed25519 -N '' -C "$name/$file" -f "$keydir/$name/$file" "$@"
	cat "$keydir/$name/$file.pub" >>/home/remote/.ssh/authorized_keys
}

agent_pid()
{
	pgrep -u vault -f "ssh-agent -D -a $agents/$1\$"
}

list()
{
	client SSH_AUTH_SOCK="/run/user/47001/qssh/${1:-default}" ssh-add -l
}
