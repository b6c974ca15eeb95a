#!/bin/bash
# SPDX-License-Identifier: ISC
# What a person types wrongly in a vault is answered by what would be right, and ends with 2; an empty record, rules
# without a rule, and agents that do not run yet are told as what they are.
. "$(dirname "$0")/../../lib/script.sh"

run vault qssh-vault chekc
expect 2 "did you mean 'check'?"
for words in 'log --client' 'log --verify --client' 'suggest --client' 'allow ffffff.1 --client' 'lock --for' \
    'unlock --for' 'revoke --cooldown'; do
	# shellcheck disable=SC2086
	run vault qssh-vault $words 'a b'
	expect 2 "'a b': this is not a qube's name"
done
[ ! -e /home/vault/.local/state/qssh ] || fail 'a wrong command line left something behind'
run vault qssh-vault log --verify --follow
expect 2 '--verify looks at whole files'
for to in @host 'u@[host]:99999' 'u@[host' u@; do
	run vault qssh-vault check --client work --to "$to"
	expect 2 "--to $to: "
done

# Nothing was recorded yet: the list is empty.
run vault qssh-vault log
expect 0 'no request has been recorded yet'
equal "$(vault qssh-vault log 2>/dev/null)" ''
run vault qssh-vault suggest
expect 1 'no request has been recorded yet'
client SSH_AUTH_SOCK=$socket ssh-add -l >/dev/null
run vault qssh-vault log --client nobody
expect 0 'no request of nobody has been recorded'
run vault qssh-vault log --since 2099-01-01
expect 0 'no request has been recorded since then'
run vault qssh-vault revoke all
expect 0 'No answer was remembered.'
run vault qssh-vault suggest
expect 0 'Nothing was signed: as it is, this file refuses everything.'

# Rules without a rule show no empty line of the file.
vault mkdir -p .config/qssh
vault touch .config/qssh/rules
run vault qssh-vault check
expect 3 'no rule allows or asks, so everything is refused'
equal "$(wc -l <<<"$output")" 1
# What is wrong comes before what follows from it, in a file too.
vault ln -sf /etc/passwd .config/qssh/rules
run vault qssh-vault check
expect 1
equal "$(tail -n 1 <<<"$output")" 'everything is refused until this is mended'
rm /home/vault/.config/qssh/rules

# Status starts no agent, and does not say that one failed.
vault mkdir -p -m 700 .ssh/identities.d/office
vault ssh-keygen -q -t ed25519 -N '' -f .ssh/identities.d/office/id
echo 'agent third ~/third.sock' | vault tee .config/qssh/rules >/dev/null
run vault qssh-vault status
expect 0 'default: not running; it starts when it is needed, with 3 keys' \
    'office: not running; it starts when it is needed, with 1 key' 'third: the agent of the rules'
rm /home/vault/.config/qssh/rules
run vault qssh-vault check --client work --key nosuch
expect 0 'if an agent holds the key: the one for this argument does not run now'
for words in check log suggest status grants; do
	run vault sh -c "qssh-vault $words >/dev/full"
	expect 1 'its output could not be written'
done

# root's keys are others.
run qssh-vault lock
expect 0 "this is about root's own keys"
client ssh remote@host true
