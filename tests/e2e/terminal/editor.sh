#!/bin/bash
# SPDX-License-Identifier: ISC
# An editor that runs inside ssh -A keeps its screen: what the vault or dom0 refuses meanwhile is not written over it.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/screen.sh"

command -v vi >/dev/null || skip 'there is no vi here'
journal_start
screen_open
screen_run 'ssh -tA remote@host vi notes'
screen_sees '~'
screen_type i 'a line of text' Escape
screen_sees 'a line of text'
policy </dev/null
screen_type ':r !ssh-add -l 2>&1 || true' Enter
screen_sees 'agent refused operation'
wait_for grep -q 'dom0 refused' $journal
run screen
expect 0 'a line of text'
lacks 'qssh:' 'dom0 refused'

# So does one here, in the foreground of a terminal whose background makes a call.
screen_type ':q!' Enter
screen_sees 'Connection to host closed.'
screen_clear
screen_run '(sleep 1; ssh -o BatchMode=yes remote@host; touch done) & vi here'
screen_sees '~'
wait_for test -e /home/ssh-client/done
run screen
lacks 'qssh:' 'dom0 refused'
