#!/bin/bash
# SPDX-License-Identifier: ISC
# No nagging: a no refuses the same for a while, a timeout allows one retry, and three of them, for whatever hosts a
# client mints, refuse all of its questions until the vault's owner hears them again.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
notifications plain
policy <<'EOF2'
qubes.SshAgent + ssh-client @default allow target=vault
qubes.SshAgent + ssh-client vault allow
qubes.SshAgent + work-vault vault allow
EOF2
rules <<'EOR'
notify refused
ask * arg * for any timeout 1s quiet
EOR
askpass <<'EOP'
echo asked >>/home/vault/asked
[ ! -e /home/vault/absent ] || sleep 100
exit 1
EOP
vault touch asked
asked()
{
	equal "$(wc -l </home/vault/asked)" "$1"
}

run signs bytes:1
asked 1
run signs bytes:1
equal "$output" refused
asked 1
run record
expect 0 'said\x20no\x20to\x20the\x20same'
run signs bytes:2
asked 2

# Nobody is there: one retry at once, and no more.
vault qssh-vault revoke --cooldown ssh-client
vault touch absent
run signs git
asked 3
run signs git
asked 4
run signs git
asked 4

# The third no or timeout refuses the client, and says so once; other clients are asked about.
[ ! -s $notices ] || fail "notified too early"
run signs login:a
asked 5
notified 1
equal "$(notice 1 summary)" 'ssh-client is refused for 5 minutes'
run notice 1 body
expect 0 'answered with no, or not at all' 'qssh-vault revoke --cooldown ssh-client'
for i in 1 2 3 4; do
	run signs "login:user$i"
	equal "$output" refused
done
asked 5
run record
expect 0 'refused\x20for\x20a\x20while'
as work-vault PYTHONDONTWRITEBYTECODE=1 python3 /tests/lib/signs.py --call git
asked 6
run vault qssh-vault revoke --cooldown ssh-client
expect 0 'ssh-client are heard again'
run vault qssh-vault revoke --cooldown ssh-client
expect 0 'ssh-client was not in cooldown'
run signs login:b
asked 7
equal "$(grep -c '"summary"' $notices)" 1

# Who wants to be shown nothing is not shown that either.
rules <<'EOR'
notify none
ask * arg * for any timeout 1s
EOR
vault rm absent
vault qssh-vault revoke --cooldown ssh-client >/dev/null
run signs bytes:51 bytes:52 bytes:53 bytes:54
equal "$output" 'refused refused refused refused'
asked 10
wait_for none_running
equal "$(grep -c '"summary"' $notices)" 1
