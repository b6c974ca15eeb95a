#!/bin/bash
# SPDX-License-Identifier: ISC
# What a filter that was taken over appends to its own client's record goes for nobody else's: not in log, suggest,
# status or allow; and what no filter writes is shown as that.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
run client ssh remote@host true
expect 0
record=/home/vault/.local/state/qssh/record
mine=$record/ssh-client
evil=$record/evil
number=$(vault qssh-vault log --numbers | grep -o '^[0-9a-f]*\.[0-9]*')
vault cp -r "$mine" "$evil"

# Another client's line, word for word: with its name, and with its connection.
grep 'event=sign' "$mine/signatures" >"$evil/signatures"
sed -n 's/client=ssh-client/client=evil/p' "$mine/requests" >"$evil/requests"
run vault qssh-vault log --client ssh-client
expect 0 event=sign
equal "$(grep -c event=sign <<<"$output")" 1
run vault qssh-vault log --client evil
expect 0 'client=evil event=damaged count=1 line=time\x3d' 'client=evil arg=- event=bind'
lacks event=sign
run vault qssh-vault suggest
expect 0 'allow ssh-client '
lacks evil 'uses 2'
run vault qssh-vault status
expect 0 'ssh-client                      1 given, 0 refused'
lacks 'evil '

# At a terminal it stands under its own name, though its connection is the other's.
run vault script -qefc 'qssh-vault log' /dev/null </dev/null
expect 0
grep -q ' evil .*bind' <<<"$output" || fail "evil's lines stand under another's name"
grep -q 'evil .* damaged .*a line that qssh did not write: "time=' <<<"$output" || fail "the forged line is not told of"

# Nor does it stand in the way of a rule for the other.
sed 's/client=ssh-client/client=evil/' "$mine/signatures" >"$evil/signatures"
rules <<<'ask * for any'
run vault qssh-vault allow "$number" --client ssh-client --offer
expect 0 'allow ssh-client'
run vault qssh-vault allow "$number"
expect 1 'more than one is called so'
run vault qssh-vault allow "$number" --client third
expect 1 "it is another qube's"

# One whose words are there twice says two things, in each reader another.
line=$(head -n 1 "$mine/signatures")
printf '%s user=root\n%s\n' "$line" "${line/user=remote/user=remote event=list}" >"$evil/signatures"
sed -i 's/client=ssh-client/client=evil/' "$evil/signatures"
run vault qssh-vault log --client evil --json
expect 0 '"client":"evil","event":"damaged","count":"2","line":"time='
lacks '"event":"sign"'
