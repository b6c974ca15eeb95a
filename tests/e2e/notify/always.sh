#!/bin/bash
# SPDX-License-Identifier: ISC
# After a yes the notification offers "Always allow this", for a login to a proven host and a git signature alone; a
# click adds the rule, and the next such request is signed without a question.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

file=/home/vault/.config/qssh/rules
witness
bus_start
notifications proxy
askpass <<<'echo yes'
rules <<'EOR'
ask * to * @unknown
ask * for any
EOR
last()
{
	grep -c '"summary"' $notices
}
offered="['always', 'Always allow this']"
asked()
{
	grep -c 'asked=yes' /home/vault/.local/state/qssh/record/ssh-client/signatures
}

run client ssh remote@host true
expect 0
notified 1
equal "$(notice 1 actions)" "$offered"
equal "$(notice 1 summary)" 'ssh-client → remote@host: signed'
run notice 1 hints
expect 0 "'urgency': 1"
equal "$(wc -l <$file)" 2
sleep 2
click 1 always
notified 2
equal "$(notice 2 summary)" 'ssh-client: always allowed from now on'
run sed -n 2p $file
expect 0 'allow ssh-client key SHA256:' 'to remote@host forwarded no'
run vault qssh-vault log
expect 0 'event=rule-added verdict=done reason=a\x20person\x20clicked\x20it\x20in\x20a\x20notification,\x20rules:2:\x20allow'
run client ssh remote@host true
expect 0
notified 3
equal "$(notice 3 actions)" '[]'
equal "$(asked)" 1

# A git signature. A click within 700 ms is void: it is shown again, and the next click counts.
run signs git
expect 0 signed
notified 4
click 4 always
notified 5
equal "$(notice 5 actions)" "$offered"
sleep 2
click 5 always
notified 6
run signs git
notified 7
equal "$(asked)" 2
run grep -c . $file
expect 0 7

# Nothing else is offered so.
shown=$(last)
run signs file bytes:9 login:remote
expect 0 signed
notified $((shown + 3))
for n in 1 2 3; do
	equal "$(notice $((shown + n)) actions)" '[]'
done

# Where it can't be added, that is said, and the file is left alone.
rules <<'EOR'
ask * to *
EOR
run client ssh remote@host true
expect 0
notified $((shown + 4))
chmod 620 $file
sleep 2
click $((shown + 4)) always
notified $((shown + 5))
equal "$(notice $((shown + 5)) summary)" 'ssh-client: no rule was added'
run notice $((shown + 5)) body
expect 0 'qssh-vault allow '
equal "$(cat $file)" 'ask * to *'
chmod 600 $file

# A server without buttons shows it without one, and closing it leaves nothing behind.
notifications plain
run client ssh remote@host true
expect 0
notified 1
equal "$(notice 1 actions)" '[]'
wait_for none_running
notifications buttons
run client ssh remote@host true
expect 0
notified 1
equal "$(notice 1 actions)" "$offered"
dismiss 1 2
wait_for none_running
equal "$(cat $file)" 'ask * to *'
