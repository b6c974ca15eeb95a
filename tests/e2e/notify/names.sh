#!/bin/bash
# SPDX-License-Identifier: ISC
# A login for which no key is shown, because its host has no name here, gives one notification with the command that
# names it; `notify all` tells of calls that only list; `notify none` and `quiet` tell nothing.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
notifications plain
witness
host_start nameless 2222
rules <<'EOR'
allow ssh-client to *@host
EOR
for _ in 1 2; do
	run client ssh -p 2222 remote@nameless true
	expect 255
done
notified 1
run notice 1 body
expect 0 'no name' "qssh-vault trust $(ssh-keygen -lf /run/world/host_key.2222.pub | cut -d' ' -f2) NAME"
equal "$(grep -c '"summary"' $notices)" 1

# Where the rules hide it anyway, naming the host would not help.
rm -rf $vault_run/qssh/shown
rules <<'EOR'
deny ssh-client for any
EOR
run client ssh -p 2222 remote@nameless true
expect 255
run client SSH_AUTH_SOCK=$socket ssh-add -l
wait_for none_running
equal "$(grep -c '"summary"' $notices)" 1

rules <<'EOR'
notify all
allow ssh-client to remote@host
EOR
run client ssh remote@host true
expect 0
notified 2
equal "$(notice 2 summary)" 'ssh-client → remote@host: signed'
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0
notified 3
equal "$(notice 3 body)" 'Listed its keys.'

for rule in 'notify none' 'notify refused'; do
	rules <<-EOR
		$rule
		allow ssh-client to remote@host
	EOR
	run client ssh remote@host true
	expect 0
done
rules <<'EOR'
allow ssh-client to remote@host quiet
deny ssh-client for sshsig:* quiet
deny ssh-client for any
EOR
run client ssh remote@host true
expect 0
run signs git
expect 0 refused
wait_for none_running
equal "$(grep -c '"summary"' $notices)" 3

# Broken rules refuse all, and say so once, with the place.
rules <<'EOR'
allow ssh-client to remote@host
alow
EOR
run client ssh remote@host true
expect 255
run client ssh remote@host true
notified 4
wait_for none_running
run notice 4 body
expect 0 'Nothing can be signed: ' 'rules:2:1'
equal "$(grep -c '"summary"' $notices)" 4
