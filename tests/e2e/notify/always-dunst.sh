#!/bin/bash
# SPDX-License-Identifier: ISC
# A real server's button "Always allow this" adds the rule: dunst under a real display.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
screen_start
dunst_start
askpass <<<'echo yes'
desktop SSH_ASKPASS=/home/vault/askpass SSH_ASKPASS_REQUIRE=force
rules <<'EOR'
ask ssh-client for git
EOR

run signs git
expect 0 signed
wait_for dunst_shows 1
sleep 2
picture always
echo Always >/home/vault/pick
xdotool_vault mousemove 900 40 click 1
wait_for grep -q '^allow ssh-client key .* for git$' /home/vault/.config/qssh/rules
wait_for dunst_shows 1
run dunst_texts
expect 0 'ssh-client: git signature given' 'ssh-client: always allowed from now on'
run signs git
expect 0 signed
equal "$(grep -c asked=yes /home/vault/.local/state/qssh/record/ssh-client/signatures)" 1
