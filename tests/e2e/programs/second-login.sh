#!/bin/bash
# SPDX-License-Identifier: ISC
# A second login waits beside the first for the answer at dom0. Each is let in on its own: a first one that gave up
# takes nothing from the second.
. "$(dirname "$0")/../../lib/script.sh"

two_calls()
{
	[ "$(calls_made)" = "$1" ]
}

policy <<<'qubes.SshAgent + ssh-client @default ask target=vault default_target=vault'
client ssh remote@host echo first >/tmp/first 2>&1 &
first=$!
client ssh remote@host echo second >/tmp/second 2>&1 &
second=$!
wait_for two_calls 2
sleep 0.3
kill -0 $first
kill -0 $second
answer yes
wait $first
wait $second
equal "$(cat /tmp/first)" first
equal "$(cat /tmp/second)" second

rm /run/qubes/answer
before=$(wc -l </home/vault/.local/state/qssh/record/ssh-client/signatures)
client ssh remote@host echo third >/tmp/third 2>&1 &
wait_for two_calls 3
third=$(pgrep -u ssh-client -x ssh)
client ssh remote@host echo fourth >/tmp/fourth 2>&1 &
fourth=$!
wait_for two_calls 4
kill "$third"
answer yes
wait $fourth
equal "$(cat /tmp/fourth)" fourth
equal $(($(wc -l </home/vault/.local/state/qssh/record/ssh-client/signatures) - before)) 2
wait_for none_running
