#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh-vault suggest writes rules from what was signed: with them the same is signed, and the rest is refused; --against
# says what would change.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

run vault qssh-vault suggest
expect 1 'no request has been recorded yet'

# A first week by the built-in rules.
witness
run client ssh remote@host true
expect 0
run client ssh remote@host true
expect 0
run signs git
expect 0 signed
run client ssh other@host true
expect 255
fingerprint=$(vault ssh-keygen -lf .ssh/id_ed25519.pub | cut -d' ' -f2)
run vault qssh-vault suggest
expect 0 "allow ssh-client key $fingerprint to remote@host" 'forwarded no' "allow ssh-client key $fingerprint for git" \
    '# login as remote to host: 2 times, the last on 20'
lacks '*'

vault sh -c 'qssh-vault suggest >/tmp/suggested'
run vault qssh-vault check --rules /tmp/suggested
expect 0 'in order'
run vault qssh-vault suggest --against /tmp/suggested
expect 0 'would be decided as they were'

# What it allows is signed, and nothing else.
vault mkdir -p .config/qssh
vault sh -c 'grep -v other@host /tmp/suggested >.config/qssh/rules'
run client ssh remote@host true
expect 0
run signs git file
expect 0 'signed refused'
run refusals
expect 0 'purpose=sshsig:file'
run vault qssh-vault suggest
expect 0 '# Refused:' '# ssh-client, sshsig:file, 1 time' 'no rule matches'

# What another file would have decided.
vault sh -c 'printf "ask * to *\n" >/tmp/asks'
run vault qssh-vault suggest --against /tmp/asks
expect 3 '3 logins of ssh-client as remote to host would now be asked, not signed without a question: /tmp/asks:1' \
    '2 signatures (git) of ssh-client would now be refused, not signed without a question: no rule matches'
# The host's other name, which the record does not have.
vault sh -c 'printf "allow * to remote@elsewhere\nallow * for git\nask * to *\n" >/tmp/alias'
run vault qssh-vault suggest --against /tmp/alias
lacks 'as remote to'
vault sh -c 'echo nonsense >/tmp/wrong'
run vault qssh-vault suggest --against /tmp/wrong
expect 1 '/tmp/wrong:1:1' 'everything would be refused'

run vault qssh-vault suggest --client nobody
expect 0
lacks allow
run vault qssh-vault suggest --since 2100-01-01
expect 0
lacks allow
run vault qssh-vault suggest --since soon
expect 2 'say 12h, 30d'

# More than a rules file can say: what it says is accepted, and what was left out is told.
vault python3 -c 'print("".join("time=2026-01-01T%02d:%02d:%02d.000Z client=qube%d arg=- event=sign verdict=allow rule=3 "
    "key=SHA256:%s purpose=login user=u host=proven to=h%d hostkey=SHA256:%s forwarded=no comment=x\n"
    % (n // 3600, n // 60 % 60, n % 60, n, "A" * 43, n, "A" * 43) for n in range(10001)), end="")' >/tmp/many
install -o vault -m 600 /tmp/many /home/vault/.local/state/qssh/signatures
vault sh -c 'qssh-vault suggest >/tmp/suggested 2>/tmp/told; echo $? >>/tmp/told'
run cat /tmp/told
expect 0 ' requests are left out, those that were longest ago' '--client NAME'
equal "$(tail -n 1 <<<"$output")" 3
left_out=$(grep -oE '[0-9]+ requests' /tmp/told | cut -d' ' -f1)
run head -n 5 /tmp/suggested
expect 0 "# $left_out more have no room in a file"
run vault qssh-vault check --rules /tmp/suggested --client qube10000 --key "SHA256:$(printf 'A%.0s' {1..43})" \
    --to u@h10000 --host proven --forwarded no
expect 0 'allow: '
run vault qssh-vault suggest --client qube7
expect 0 'allow qube7 key'
lacks 'left out'

# A host without a name has no rule of its own, and the comment says how it gets one.
vault sh -c 'sed -n "1s/host=proven to=h0/host=unnamed/p" /tmp/many >.local/state/qssh/signatures'
run vault qssh-vault suggest
expect 0 'to @unnamed forwarded no' "name the host ('qssh-vault hosts'), log in once more, and leave this rule out"
