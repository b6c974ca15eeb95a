#!/bin/bash
# SPDX-License-Identifier: ISC
# What a person types wrongly in a client qube is answered by what would be right, changes nothing, and ends with 2; and
# what the environment lacks is found elsewhere.
. "$(dirname "$0")/../../lib/script.sh"

run client qssh
expect 2 'usage: qssh VERB' 'doctor '
run client qssh stauts
expect 2 "there is no verb 'stauts'; did you mean 'status'? 'qssh --help' lists them"
run client qssh frobnicate
expect 2 "there is no verb 'frobnicate'; 'qssh --help' lists them"
for words in 'help add' 'add --help' 'add work --help' 'add -h'; do
	# shellcheck disable=SC2086
	run client qssh $words
	expect 0 'usage: qssh add NAME'
done

for name in '' 'a b' ../x a/b @dispvm Ünï a: :b dom0 dom0:x none 2x abcdefghijklmnopqrstuvwxyz123456; do
	run client qssh add "$name"
	expect 2 "'$name': not a vault's name" 'up to 31'
done
run client qssh enable --vault dom0
expect 2 "'dom0': not a qube's name that can be a vault"
run client qssh enable --vault 'a b'
expect 2 "'a b': not a qube's name"
run client qssh add all=one,two,one
expect 2 'qssh add: one is there twice'
run client qssh add all=one,
expect 2 "'': not a vault's name"
run client qssh add all=one,b/c
expect 2 "'b/c': not a vault's name"
run client qssh remove all
expect 1 'there is no socket all'
run client qssh status
equal "$(grep -c listening <<<"$output")" 1

run client qssh doctor 'a b'
expect 1 "ssh takes 'a b' for no host: hostname contains invalid characters"
lacks 'ssh refuses its configuration'

# Without HOME it is the account's; of nothing at all it says so.
for how in '-u HOME' HOME= HOME=here; do
	# shellcheck disable=SC2086
	run client env $how qssh status
	expect 0 'On, by this qube' 'ssh has made no call'
	# shellcheck disable=SC2086
	run client env $how qssh disable
	expect 0 Off.
	[ ! -e /home/ssh-client/.config/qssh/enabled ] || fail "$how: it is still on"
	# shellcheck disable=SC2086
	run client env $how qssh enable
	expect 0 On.
done
run client sh -c 'qssh status >/dev/full'
expect 1 'qssh: its output could not be written'
run client sh -c 'qssh --help >/dev/full'
expect 1 'qssh: its output could not be written'

run client qssh proxy host ssh
expect 2 'wants HOST, and PORT from 1 to 65535'
equal "$(wc -l <<<"$output")" 1

# Where a directory can't be made, that is why nothing was kept.
mount -t tmpfs -o ro none /home/ssh-client/.config
for words in enable 'add work' pin; do
	# shellcheck disable=SC2086
	run client qssh $words
	expect 1 'Read-only file system'
done
umount /home/ssh-client/.config

# root's own is another set-up.
run qssh enable
expect 1 'type it as that user, without sudo'
calls 1 # by pin
