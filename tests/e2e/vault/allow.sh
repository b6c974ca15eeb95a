#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh-vault allow makes a rule of a request in the record: it allows just that from then on, goes before the line that
# asks, and is added only where it decides that request.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

file=/home/vault/.config/qssh/rules
witness
bus_start
askpass <<'EOP'
exit 0
EOP
rules <<'EOR'
# mine
ask * for git
ask * to *
EOR

# The number of the last signature of that purpose, as a person reads it.
number()
{
	vault qssh-vault log --numbers | grep "event=sign.* purpose=$1" | tail -n 1 | cut -d' ' -f1
}

run client ssh remote@host true
expect 0
run signs git file bytes:9
equal "$output" 'signed refused refused'

# Without a terminal nothing is added; with one, what would be is shown and asked about.
login=$(number login)
run vault setsid qssh-vault allow "$login"
expect 1 'Goes into /home/vault/.config/qssh/rules before line 3' 'allow ssh-client key SHA256:' \
    ' to remote@host forwarded no' '--yes adds it without asking' 'Nothing was added'
equal "$(wc -l <$file)" 3
for word in n y; do
	run vault sh -c "echo $word | script -qec 'qssh-vault allow $login' /dev/null"
	lacks 'no terminal'
done
[[ $output == *'Added as line 4 of '* ]] || fail "no line was added"
equal "$(sed -n 1,2p $file)" $'# mine\nask * for git'
equal "$(sed -n 5p $file)" 'ask * to *'
run sed -n 3p $file
expect 0 "# $(date +%F), allowed from now on: login as remote to host ($login in the record)"
equal "$(stat -c '%a %U' $file)" '600 vault'
run vault qssh-vault check
expect 0 'in order'

# Just that is allowed now; what else was asked about still is.
asked()
{
	vault qssh-vault log | grep -c "asked=yes.*purpose=$1" || true
}
before=$(asked login)
run client ssh remote@host true
expect 0
equal "$(asked login)" "$before"
run vault qssh-vault check --client ssh-client --key .ssh/id_ed25519.pub --to other@host
expect 3
run vault qssh-vault check --client other-client --key .ssh/id_ed25519.pub --to remote@host
expect 3
run vault qssh-vault allow "$login"
expect 3 'Line 4 of /home/vault/.config/qssh/rules allows this already'

# A git signature: what comes over a forwarded agent is still asked about.
run vault qssh-vault allow "$(number git)" --yes
expect 0 'Added as line 4' ' for git forwarded yes'
before=$(asked git)
run signs git
expect 0 signed
equal "$(asked git)" "$before"
run vault qssh-vault check --client ssh-client --key .ssh/id_ed25519.pub --for git
expect 0
run vault qssh-vault check --client ssh-client --key .ssh/id_ed25519.pub --for git --forwarded yes
expect 3
run vault qssh-vault log
expect 0 'event=rule-added verdict=done reason=a\x20person\x20typed\x20it\x20in\x20the\x20vault,\x20rules:4:\x20allow\x20ssh-client'
run vault qssh-vault log --verify
expect 0

# Nothing is made of what could do more than it says.
run signs file bytes:9
for what in sshsig:file opaque; do
	run vault qssh-vault allow --yes "$(number $what)"
	expect 1 'only a login to a proven host, or a git signature'
done
for name in 1 abcdef.1 "${login%.*}" ''; do
	run vault qssh-vault allow --yes "$name"
	expect 1 'no signature in the record is called so'
done
run vault qssh-vault allow
expect 2 'log --numbers'
run vault qssh-vault allow --yes --client other-qube "$login"
expect 1 "another qube's"

# Where an earlier line refuses, which one is said.
rules <<'EOR'
deny * to remote@host
ask * to *
EOR
run client ssh remote@host true
expect 255
run vault qssh-vault allow --yes "$(number login)"
expect 1 'line 1 of the rules refuses it' ' to remote@host forwarded no'
equal "$(wc -l <$file)" 2

# Where no line matches, it goes to the end.
vault sh -c "printf 'ask * for git' >$file"
run vault qssh-vault allow --yes "$login"
expect 0 'Goes to the end' 'Added as line 3'
run client ssh remote@host true
expect 0

# Under the built-in rules there is nothing to add; those for everybody are not replaced.
rm $file
run vault qssh-vault allow --yes "$login"
expect 3 'The built-in rules allow this already'
mkdir -p /etc/qssh
echo 'ask * to *' >/etc/qssh/rules
run vault qssh-vault allow --yes "$login"
expect 1 'not yours but /etc/qssh/rules'
[ ! -e $file ] || fail "there is a file now"
rm /etc/qssh/rules

# A file that is not the person's alone, or is wrong, is left alone.
rules <<'EOR'
ask * to *
EOR
sum=$(sha256sum <$file)
left_alone()
{
	run vault qssh-vault allow --yes "$login"
	expect 1 "$1"
	equal "$(sha256sum <$file)" "$sum"
}
chmod 620 $file
left_alone 'may write it'
chmod 600 $file
chown root $file
chmod 644 $file
left_alone 'it does not belong to you'
chown vault $file
mv $file /home/vault/real
vault ln -s /home/vault/real $file
left_alone 'it is a link'
rm $file
mv /home/vault/real $file
chmod 777 /home/vault/.config/qssh
left_alone 'its directory'
chmod 700 /home/vault/.config/qssh
vault sh -c "echo nonsense >>$file"
sum=$(sha256sum <$file)
left_alone 'rules:2:1'
