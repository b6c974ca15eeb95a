#!/bin/bash
# SPDX-License-Identifier: ISC
# An XDG_RUNTIME_DIR that is empty or relative counts as unset, as the specification has it; one that can't be the
# session's is said to be so by every verb that needs it, which changes nothing then. XDG_CONFIG_HOME is not read.
. "$(dirname "$0")/../../lib/script.sh"

home=/home/ssh-client
client qssh add work-vault >/dev/null
client ssh remote@host true

client mkdir -p here/qssh
for dir in '' here ./here ../ssh-client/here; do
	run client XDG_RUNTIME_DIR=$dir qssh status
	expect 0 'dom0 chooses; listening' 'work-vault; listening' 'default: answered'
	run client XDG_RUNTIME_DIR=$dir qssh log
	expect 0 'default: answered'
	run client XDG_RUNTIME_DIR=$dir qssh doctor
	expect 0 '/run/user/47001/qssh/default listens'
	run client XDG_RUNTIME_DIR=$dir qssh disable
	expect 0 Off.
	[ ! -e $socket ] || fail "$dir: it listens still"
	run client XDG_RUNTIME_DIR=$dir qssh enable
	expect 0 'through /run/user/47001/qssh/default'
done
# The helper, too.
client mkdir -p .config/systemd/user/qssh@.service.d
client sh -c "printf '[Service]\\nWorkingDirectory=%%h\\nEnvironment=XDG_RUNTIME_DIR=here\\n' >.config/systemd/user/qssh@.service.d/here.conf"
client systemctl --user daemon-reload
client ssh remote@host true
client rm -r .config/systemd/user/qssh@.service.d
client systemctl --user daemon-reload
equal "$(find $home/here -type f)" ''

# wrong DIR WORDS [MEND]
wrong()
{
	local verb was
	was=$(find $home/.config -printf '%p %l %T@\n' | sort)
	for verb in status 'status --json' log 'log -f' enable disable 'add another' 'add work-vault' 'remove work-vault'; do
		# shellcheck disable=SC2086
		run client XDG_RUNTIME_DIR="$1" qssh $verb
		expect 1 "qssh ${verb%% *}: XDG_RUNTIME_DIR is $1, $2; ${3:-unset XDG_RUNTIME_DIR}."
		lacks Off. On. Added Removed 'made no call since'
	done
	equal "$(find $home/.config -printf '%p %l %T@\n' | sort)" "$was"
	[ -S $socket ] || fail "$1: it does not listen any more"
	run client XDG_RUNTIME_DIR="$1" qssh doctor
	expect 1 "XDG_RUNTIME_DIR is $1, $2"
}

client touch file
client install -d -m 777 loose
client install -d -m 700 tight
wrong /nonexistent 'which is not there'
wrong /run/user/47004 'which belongs to another user'
wrong $home/file 'which is not a directory'
wrong $home/loose 'which is not yours alone'
wrong $home/tight "but systemd's user manager and the sockets are in /run/user/47001"

# sudo leaves the user's.
run env XDG_RUNTIME_DIR=/run/user/47001 qssh status
expect 1 'XDG_RUNTIME_DIR is /run/user/47001, which belongs to another user; type it as your own user, without sudo.'

for dir in here /nonexistent; do
	run client XDG_CONFIG_HOME=$dir qssh add work-vault
	expect 0 'Was added already: /run/user/47001/qssh/work-vault listens.'
	run client XDG_CONFIG_HOME=$dir qssh status
	expect 0 'On, by this qube' 'work-vault; listening'
done

# Without a user manager there is nothing to be said of the directory, and what there is instead is said.
client systemctl --user exit
wait_for eval '! client systemctl --user show-environment'
run client qssh status
expect 1 'On, by this qube' 'no systemd user manager runs here' 'qssh proxy'
mv /run/user/47001 /run/user/away
for way in A=B '-u XDG_RUNTIME_DIR'; do
	# shellcheck disable=SC2086
	run client env $way qssh status
	expect 1 'no systemd user manager runs here'
	lacks 'XDG_RUNTIME_DIR is'
done
run client XDG_RUNTIME_DIR=/nonexistent qssh status
expect 1 'XDG_RUNTIME_DIR is /nonexistent, which is not there; log in by the qube'
