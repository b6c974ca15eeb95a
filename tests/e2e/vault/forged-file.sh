#!/bin/bash
# SPDX-License-Identifier: ISC
# A FIFO, a directory, a link or a file that can't be read, in the place of any file that qssh-vault reads, makes no
# verb wait, and log and its --verify say which file it is.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
run client ssh remote@host true
expect 0
state=.local/state/qssh
cp -a /home/vault/$state /run/world/whole

# planted FILE [CMD]: each of them in the place of FILE, for all verbs, and then for CMD.
planted()
{
	local file=$1 what
	for what in fifo directory link loop closed socket; do
		rm -rf "/home/vault/$file"
		vault mkdir -p "${file%/*}"
		case $what in
		fifo) vault mkfifo "$file" ;;
		directory) vault mkdir "$file" ;;
		link) vault ln -s /dev/zero "$file" ;;
		loop) vault ln -s "${file##*/}" "$file" ;;
		closed) vault sh -c ": >$file; chmod 0 $file" ;;
		socket) vault python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$file" ;;
		esac
		each_verb
		[ $# = 1 ] || "$2"
		rm -rf "/home/vault/$file"
	done
}

each_verb()
{
	local verb
	for verb in log 'log --verify' suggest status doctor hosts grants check 'check --client a --to b@c' 'allow ffffff.1' \
	    'trust SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA n' lock unlock; do
		# shellcheck disable=SC2086
		run vault timeout 15 qssh-vault $verb
		[ "$status" -lt 124 ] || fail "$file, $what: $verb: status $status"
	done
}

told()
{
	run vault qssh-vault log
	expect 0 "event=damaged file=${file##*/} reason=it\\x20"
	run vault qssh-vault log --verify
	expect 1 "ssh-client/${file##*/}: it can't be read, is too long, or is not a file"
}

for name in signatures requests signatures.1; do
	planted "$state/record/ssh-client/$name" told
	cp -a /run/world/whole/record/ssh-client/. /home/vault/$state/record/ssh-client
done
run vault qssh-vault log --verify
expect 0 whole
for file in $state/record/dropped $state/record/.locked $state/record/ssh-client/locked $state/unnamed $state/signatures \
    .ssh/known_hosts .ssh/known_hosts2 .config/qssh/rules; do
	planted "$file"
done
planted .ssh/identities.d/work/key
planted .ssh/identities.d/work
