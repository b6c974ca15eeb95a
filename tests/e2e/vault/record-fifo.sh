#!/bin/bash
# SPDX-License-Identifier: ISC
# A FIFO, a device or a directory in the record's place is refused at once: the call goes on, and nothing is signed.
. "$(dirname "$0")/../../lib/script.sh"

agent record
record=.local/state/qssh/record/ssh-client
vault mkdir -p $record
for what in "mkfifo $record/signatures" "mkdir $record/signatures" "ln -s /dev/zero $record/signatures" "mkfifo $record/requests" "mkfifo $record/../.lock"; do
	# shellcheck disable=SC2086
	vault $what
	SECONDS=0
	run client SSH_AUTH_SOCK=$socket timeout 10 ssh-add -l
	expect 0
	[ $SECONDS -lt 5 ] || fail "$what: $SECONDS s"
	run client timeout 20 ssh -o BatchMode=yes remote@host true
	case $what in
	*/signatures)
		expect 255 'Permission denied'
		run grep -x 13 $heard
		expect 1
		;;
	esac
	rm -rf /home/vault/$record /home/vault/$record/../.lock
	vault mkdir -p $record
done
