#!/bin/bash
# bash completes qssh's verbs, their options and the sockets' names; verbs, completion and manual know of each other.
. "$(dirname "$0")/../../lib/script.sh"

# complete LINE [WORDBREAKS]: what bash would offer at its end, on one line.
complete_line()
{
	# shellcheck disable=SC2016
	client bash -c '
		. /usr/share/bash-completion/completions/qssh
		COMP_WORDBREAKS=$2 COMP_LINE=$1 COMP_POINT=${#1}
		_qssh
		echo "${COMPREPLY[*]}"' bash "$1" "${2- :=}"
}

verbs=$(client qssh --help | sed -n 's/^  \([a-z]\+\) .*/\1/p')
equal "$(complete_line 'qssh ' | tr ' ' '\n' | grep -v -- --help | sort)" "$(sort <<<"$verbs")"
for verb in $verbs; do
	run client qssh "$verb" --help
	expect 0 "usage: qssh $verb"
	[ "$verb" = proxy ] || grep -q "^\.It Cm $verb" /usr/share/man/man1/qssh.1 || fail "the manual lacks $verb"
done

equal "$(complete_line 'qssh st')" status
equal "$(complete_line 'qssh pi')" pin
equal "$(complete_line 'qssh enable --v')" --vault
equal "$(complete_line 'qssh log --')" '--follow --json --help'
client qssh add work-vault:github >/dev/null
equal "$(complete_line 'qssh pin ')" 'default work-vault:github --help'
equal "$(complete_line 'qssh remove work-vault:g')" github
equal "$(complete_line 'qssh remove work-vault:g' ' ')" work-vault:github
equal "$(complete_line 'qssh add ')" --help
calls 0
