#!/bin/bash
# SPDX-License-Identifier: ISC
# Code that has taken over the confined filter can append false lines to its client's record, and have a text of its own
# shown (tests/fake/escape.c). A rule is offered only once after a yes; and what the button stands for is the rule that
# it adds, whatever the filter says.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

file=/home/vault/.config/qssh/rules
witness
bus_start
notifications proxy
askpass <<<'echo yes'
rules <<'EOR'
ask * to *
EOR
run client ssh remote@host true
expect 0
notified 1
shown=1
dismiss 1 2
true_line=$(grep event=sign /home/vault/.local/state/qssh/record/ssh-client/signatures | sed 's/ prev=[^ ]*//')
install -m 755 /tests/fake/escape /usr/lib/qssh/qssh-filter

# lie NAME SED TIMES [LIE_ASKS=yes]: the line of the record that was true, changed so, is offered so often.
lie()
{
	local name=$1 change=$2 times=$3
	shift 3
	run sed "s/conn=[^ ]* seq=[^ ]*/conn=${name%.*} seq=${name#*.}/; s/user=remote/user=root/; $change" <<<"$true_line"
	{
		printf '#!/bin/sh\nenv ESCAPE=lie LIE_NAME=%q LIE_LINE=%q LIE_TIMES=%q %s /usr/lib/qssh/qssh-filter; echo $? >/tmp/lie.status\n' \
		    "$name" "$output" "$times" "$*"
	} >/etc/qubes-rpc/qubes.SshAgent
	run client SSH_AUTH_SOCK="$socket" ssh-add -l
	[ "$(cat /tmp/lie.status)" = 0 ] || fail "the lie was not told: $(cat /tmp/lie.status)"
	notified $((shown + times))
	shown=$((shown + times))
	run grep -c "conn=${name%.*}" /home/vault/.local/state/qssh/record/ssh-client/signatures
	expect 0 1
}

# Somebody has said yes: the button is there once, beside the rule.
lie bbbbbbbbbbbb.1 '' 2 LIE_ASKS=yes
for n in 2 3; do
	case $(notice $n actions) in
	"['always', 'Always allow this']") with=$n ;;
	'[]') without=$n ;;
	esac
done
equal "$(notice "$without" summary)" 'ssh-client → me@harmless: signed'
equal "$(notice "$with" summary)" 'ssh-client → root@host: signed'
rule=$(notice "$with" body | sed -n '$p')
[[ $rule == 'allow ssh-client key SHA256:'*' to root@host forwarded no' ]] || fail "the rule that is shown: $rule"
[[ $(notice "$with" body) != *harmless* ]] || fail "the filter's words are shown"
equal "$(cat $file)" 'ask * to *'
sleep 1
click "$with" always
notified 4
shown=4
equal "$(notice 4 summary)" 'ssh-client: always allowed from now on'
equal "$(grep -v '^#' $file)" "$rule
ask * to *"
rules <<'EOR'
ask * to *
EOR

# Nobody has.
lie aaaaaaaaaaaa.1 '' 1
equal "$(notice 5 actions)" '[]'

# No rule is offered for another qube, for more agents than one, or for what no rule can say.
lie cccccccccccc.1 's/client=ssh-client/client=work/' 1 LIE_ASKS=yes
lie dddddddddddd.1 's/arg=-/arg=*/' 1 LIE_ASKS=yes
lie eeeeeeeeeeee.1 's/key=SHA256:[^ ]*/key=*/' 1 LIE_ASKS=yes
lie ffffffffffff.1 's/user=root/user=*/' 1 LIE_ASKS=yes
for n in 6 7 8 9; do
	equal "$(notice $n actions)" '[]'
done
equal "$(cat $file)" 'ask * to *'
wait_for none_running
