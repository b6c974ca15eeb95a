#!/bin/bash
# SPDX-License-Identifier: ISC
# A person's session at a terminal shows what it should: switching on, logging in, a refusal and its reason once, quiet
# when told, completion.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/screen.sh"

client qssh disable >/dev/null
screen_open
screen_run 'ssh remote@host true'
screen_sees 'Permission denied'
screen_run 'qssh status'
screen_sees "Off. 'qssh enable' switches it on here"
screen_clear

screen_type 'qssh ena' Tab
screen_sees 'qssh enable'
screen_type Enter
screen_sees 'On. ssh uses the vault'
screen_sees 'qubes.SshAgent + ssh-client @default ask target=VAULT default_target=VAULT'
screen_clear
screen_run 'ssh remote@host'
screen_sees '@ssh-client'
# shellcheck disable=SC2016
screen_run 'echo here is $(id -un)'
screen_sees 'here is remote'
screen_run exit
screen_sees 'Connection to host closed.'
screen_clear

policy </dev/null
screen_run 'ssh remote@host; echo status $?'
screen_sees 'status 255'
run screen
expect 0 'qssh: dom0 refused the call to the default vault' 'run: qssh enable --vault NAME' 'Permission denied'
equal "$(grep -c 'qssh: ' <<<"$output")" 1
screen_clear

screen_run 'QSSH_QUIET=1 ssh remote@host; echo status $?'
screen_sees 'status 255'
run screen
expect 0 'Permission denied'
lacks 'qssh: dom0'
screen_clear

screen_run 'qssh doctor --call; echo status $?'
screen_sees 'status 1'
run screen
expect 0 'wrong  a call through default failed: dom0 refused' '1 thing is wrong.'
screen_clear

screen_run 'qssh status'
screen_sees 'The last calls:'
screen_sees 'default: answered'
screen_clear
screen_type 'qssh en' Tab Tab
screen_sees 'enable       environment'
screen_type C-c
screen_clear

# An interrupt ends a call that nobody answers, and leaves nothing behind.
policy <<<'qubes.SshAgent + ssh-client @default allow target=vault'
fault hang
screen_run 'qssh pin'
wait_for pgrep -u ssh-client qrexec
screen_type C-c
screen_run 'echo back again'
screen_sees $'\nback again'
wait_for none_running
run client qssh status
expect 0 listening
lacks pinned
