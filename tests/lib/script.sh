# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What an end-to-end script is written in. A script states one claim, runs as root in a fresh world (tests/lib/world)
# and passes when it reaches its end: every command that fails ends it, and `run` is for those that may.
#
#	as USER [NAME=VALUE...] CMD...	runs CMD as ssh-client, vault, remote (the host's user), other (another user in the client qube), work-vault
#	client CMD..., vault CMD...	as ssh-client, as vault
#	run CMD...		runs CMD; its stdout and stderr go to $output, its status to $status
#	expect STATUS [TEXT...]	fails unless the last run ended so, with each TEXT somewhere in its output
#	lacks TEXT...		fails if the last run's output has one of these
#	equal GOT WANT		fails unless both are the same text
#	wait_for CMD...		tries CMD until it succeeds, 20 s at most
#	fail WORDS, skip WORDS	ends the script
#
#	policy < RULES		replaces dom0's policy; without input (policy </dev/null) every call is refused
#	fault [WORD...]		what goes wrong with each call from now on (tests/fake/dom0.c lists the words); none: nothing does
#	answer yes|no		what the person at dom0 answers to an ask
#	places N		how many calls a vault takes at a time from now on, instead of 128
#	session [NAME=VALUE...]	replaces the environment of the vault's graphical session
#	qubesdb KEY VALUE...	qubesdb has these from now on, the same in all qubes; until then there is none
#	another_vault NAME	starts the vault work-vault, or makes one of `other`, with an agent of its own and a key that the host knows
#	several_vaults NAME...	another_vault each; dom0 allows the client's calls to them and to the default vault
#	ended PID		waits for a background command; wait(1) of bash 5.2 now and then waits on for one that it has reaped
#	calls N			fails unless N qrexec calls have been made since the script began
#	agent MODE		puts tests/lib/fakeagent.py in the place of the vault's ssh-agent, or of the last one; $heard is its log
#	python USER < PROGRAM	runs a python3 program, after `from agentwire import *`, as USER
#	journal_start		a journal from now on, its entries in $journal
#	idle			fails if a process of qssh or qrexec runs in the client qube or the vault
#
# shellcheck disable=SC2034
set -Eeuo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/as.sh"

socket=/run/user/47001/qssh/default # the agent socket, as the client's ssh sees it
journal=/run/world/journal
heard=/run/world/heard
output='' status=0 last=''

client()
{
	as ssh-client "$@"
}

vault()
{
	as vault "$@"
}

fail()
{
	{
		echo "FAIL: $*"
		[ -z "$last" ] || printf 'last run: %s\nstatus %s, output:\n%s\n' "$last" "$status" "$output"
	} >&2
	exit 1
}

skip()
{
	echo "skip: $*"
	exit 77
}

run()
{
	last=$*
	status=0
	output=$("$@" 2>&1) || status=$?
}

expect()
{
	local text
	[ "$status" = "$1" ] || fail "status is not $1"
	shift
	for text; do
		[[ $output == *"$text"* ]] || fail "output lacks: $text"
	done
}

lacks()
{
	local text
	for text; do
		[[ $output != *"$text"* ]] || fail "output has: $text"
	done
}

equal()
{
	[ "$1" = "$2" ] || fail "got: $1"$'\n'"want: $2"
}

wait_for()
{
	local end=$((SECONDS + 20))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || fail "waited in vain for: $*"
		sleep 0.02
	done
}

ended()
{
	wait_for eval "! kill -0 $1"
}

policy()
{
	cat >/etc/qubes/policy.d/30-user.policy
}

fault()
{
	printf '%s\n' "$@" >/run/qubes/fault
}

answer()
{
	echo "$1" >/run/qubes/answer
}

places()
{
	echo "$1" >/run/qubes/places
}

session()
{
	printf '%s\n' DISPLAY=:0 "$@" >/run/qubes/vault/session
	: >/run/qubes/qrexec-server.vault.sock
}

qubesdb()
{
	while [ $# -gt 0 ]; do
		touch /run/world/qubesdb
		grep -v "^$1 " /run/world/qubesdb >/run/world/qubesdb.new || true
		echo "$1 $2" >>/run/world/qubesdb.new
		mv /run/world/qubesdb.new /run/world/qubesdb
		shift 2
	done
	[ ! -S /run/qubes/qubesdb.sock ] || return 0
	python3 /tests/lib/qubesdbd.py /run/qubes/qubesdb.sock /run/world/qubesdb &
	disown
	wait_for test -S /run/qubes/qubesdb.sock
}

another_vault()
{
	local name=$1 dir
	dir=/run/user/$(id -u "$name")
	if [ ! -e "/home/$name/.ssh/id_ed25519" ]; then
		as "$name" ssh-keygen -q -t ed25519 -N '' -C "ed25519@$name" -f .ssh/id_ed25519
		cat "/home/$name/.ssh/id_ed25519.pub" >>/home/remote/.ssh/authorized_keys
	fi
	as "$name" ssh-agent -D -a "$dir/agent" >/dev/null 2>&1 &
	wait_for test -S "$dir/agent"
	as "$name" SSH_AUTH_SOCK="$dir/agent" ssh-add -q
	mkdir -p "/run/qubes/$name"
	printf '%s\n' DISPLAY=:0 "SSH_AUTH_SOCK=$dir/agent" >"/run/qubes/$name/session"
	: >"/run/qubes/qrexec-server.$name.sock"
}

several_vaults()
{
	local name
	for name; do
		another_vault "$name"
	done
	{
		echo 'qubes.SshAgent + ssh-client @default allow target=vault'
		printf 'qubes.SshAgent + ssh-client %s allow\n' "$@"
	} | policy
}

calls_made()
{
	if [ -e /run/qubes/calls ]; then
		wc -l </run/qubes/calls
	else
		echo 0
	fi
}

calls()
{
	[ "$(calls_made)" = "$1" ] || fail "$(calls_made) qrexec calls, not $1"
}

agent()
{
	local path=/run/user/47002/fakeagent
	pkill -KILL -u vault -f fakeagent.py || true
	rm -f $path
	: >$heard
	chown vault $heard
	# Its key is one that the host knows, so that logins get as far as SIGN.
	vault python3 /tests/lib/fakeagent.py --key >>/home/remote/.ssh/authorized_keys
	(
		trap - ERR
		vault python3 /tests/lib/fakeagent.py $path $heard "$@"
	) &
	disown
	wait_for test -S $path
	session SSH_AUTH_SOCK=$path
}

python()
{
	as "$1" PYTHONPATH=/tests/lib PYTHONDONTWRITEBYTECODE=1 python3 -c "from agentwire import *
$(cat)"
}

journal_start()
{
	python3 /tests/lib/journald.py $journal &
	wait_for test -S /run/systemd/journal/socket
}

# By the program's file, so that no name can hide one.
processes()
{
	local pid exe
	for pid in /proc/[0-9]*; do
		exe=$(readlink "$pid/exe") || continue
		case $exe in
		*/qssh* | */qrexec-client-vm) echo "${pid#/proc/} $exe" ;;
		esac
	done
}

none_running()
{
	[ -z "$(processes)" ]
}

idle()
{
	none_running || fail "still running: $(processes)"
}

script_end()
{
	local code=$?
	set +e
	trap - ERR
	if [ $code -ne 0 ] && [ $code -ne 77 ]; then
		printf '%s:\n' "calls"
		cat /run/qubes/calls 2>/dev/null
		printf '%s:\n' "user manager"
		tail -5 /run/world/manager.log
	fi >&2
}

# The script's own line, however deep in functions the command was.
script_error()
{
	local code=$? line=${BASH_LINENO[-2]}
	[ "$BASH_SUBSHELL" != 0 ] || echo "$0:$line: status $code: $(sed -n "${line}p" "$0")" >&2
}
trap script_end EXIT
trap script_error ERR
