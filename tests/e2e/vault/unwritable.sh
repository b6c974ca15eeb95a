#!/bin/bash
# SPDX-License-Identifier: ISC
# Where the record can't be written, since the disk is full, is mounted for reading only, or is another's, nothing is
# signed; the journal, a notification, log, status and doctor say why, and what to do; and a vault can be locked all the
# same where the disk is full.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

witness
journal_start
bus_start
notifications plain
desktop
run client ssh remote@host true
expect 0
state=/home/vault/.local/state
cp -a $state /run/world/state

# In words that all of them have: WHY MEND.
told()
{
	run client ssh remote@host true
	expect 255 'Permission denied'
	run vault qssh-vault log
	lacks 'whole'
	[[ $output == *"the record in $state/qssh can't be written, and without it nothing is signed: $1"* || $status = 1 ]] ||
	    fail "log does not say it"
	run vault qssh-vault status
	expect 0 "nothing is signed, since it can't be written: $state/qssh: $1"
	run vault qssh-vault doctor
	expect 1 "the record in $state/qssh can't be written, and without it nothing is signed: $1" "$2"
}

full()
{
	mount -t tmpfs -o size=64k,mode=700,uid="$(id -u vault)" none $state
	cp -a /run/world/state/. $state/
	"$@"
	vault sh -c "cat /dev/zero >$state/fill" 2>/dev/null || true
}

# As the disk runs full: the last page of a file has some room yet. What was asked for then is told.
full true
: >$journal
failed()
{
	run client ssh remote@host true
	[ "$status" = 255 ]
}
wait_for failed
run grep -a 'MESSAGE=ssh-client: refused: log in to remote@host .*: the record can.t be written' $journal
expect 0
wait_for grep -q "the record can't be written, and without it nothing is signed; 'qssh-vault doctor' says why" $notices
told 'No space left on device' 'make room'
# No page is there for a mark of the lock.
run vault qssh-vault lock
expect 0 'Nothing is signed for any qube from now on.'
run vault qssh-vault status
expect 0 LOCKED
vault rm $state/fill
run client ssh remote@host true
expect 255
run vault qssh-vault unlock
expect 0
run client ssh remote@host true
expect 0
umount $state

# Full before the first call: its signatures without a question can't be counted.
full rm -r $state/qssh
: >$journal
told 'No space left on device' 'make room'
run grep -a 'MESSAGE=ssh-client: refused: log in to remote@host .*: a person would have to be asked' $journal
expect 0
run vault qssh-vault log
expect 0 'no request'
umount $state

mount --bind $state $state
mount -o remount,ro,bind $state
told 'Read-only file system' 'mounted for reading only'
for verb in lock unlock; do
	run vault qssh-vault $verb
	expect 1 "$verb: nothing was changed: $state/qssh: Read-only file system"
done
umount $state

# Another's: nothing of it can be read either, and no verb says that there was nothing.
chown root $state/qssh
told 'Permission denied' 'make it yours'
run vault qssh-vault status
expect 0 "whether it is locked can't be read" "not known: the record can't be read: Permission denied"
lacks 'not locked' 'no signature was asked for'
for verb in log 'log --verify' suggest; do
	# shellcheck disable=SC2086
	run vault qssh-vault $verb
	expect 1 "$state/qssh: Permission denied"
done
chown vault $state/qssh

# One client's file.
vault rm $state/qssh/record/ssh-client/signatures
vault mkdir $state/qssh/record/ssh-client/signatures
run vault qssh-vault doctor
expect 1 "the record's file signatures of ssh-client can't be written, so nothing is signed for it: it is not a regular"
vault rmdir $state/qssh/record/ssh-client/signatures
run client ssh remote@host true
expect 0
run vault qssh-vault doctor
lacks "can't be written"
