#!/bin/bash
# SPDX-License-Identifier: ISC
# bash, zsh and fish complete qssh's verbs, their options and the sockets' names; verbs, completion and manual know of
# each other.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/screen.sh"

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

# qssh-vault's, as bash calls it.
complete_vault()
{
	# shellcheck disable=SC2016
	vault bash -c '
		. /usr/share/bash-completion/completions/qssh-vault
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_qssh_vault
		echo "${COMPREPLY[*]}"' bash "$@"
}

fish_offers()
{
	as "$1" fish -c "complete -C '$2'" | cut -f1 | tr '\n' ' '
}

# zsh_offers USER WORD...: what it would add at the last word, whatever is typed of it.
zsh_offers()
{
	local user=$1
	shift
	# shellcheck disable=SC2016
	as "$user" zsh -f -c '
		compadd() { local name=${@[-1]}; print -l -- "${(@P)name}" }
		_describe() { print -l -- "${(@)${(@P)2}%%:*}" }
		_qssh_file() { . /usr/share/zsh/vendor-completions/_qssh }
		words=("$@") CURRENT=$#
		_qssh_file' zsh "$@" | sort -u | tr '\n' ' '
}

# The three shells offer the verbs that --help lists, and each one's options.
for program in qssh qssh-vault; do
	user=ssh-client
	[ $program = qssh ] || user=vault
	verbs=$(as $user $program --help | sed -n 's/^  \([a-z]\+\) .*/\1/p' | sort | tr '\n' ' ')
	[ -n "$verbs" ] || fail "$program lists no verb"
	equal "$(zsh_offers $user $program '')" "$verbs"
	equal "$(fish_offers $user "$program " | tr ' ' '\n' | grep . | sort | tr '\n' ' ')" "$verbs"
	for verb in '' $verbs; do
		if [ $program = qssh ]; then
			offered=$(complete_line "$program ${verb:+$verb --}")
		else
			offered=$(complete_vault $program ${verb:+"$verb"} "${verb:+--}")
		fi
		offered=$(tr ' ' '\n' <<<"$offered" | sort -u | tr '\n' ' ')
		if [ -z "$verb" ]; then
			equal "$offered" "--help $verbs"
			continue
		fi
		options=$(as $user $program "$verb" --help | sed -nE "/^(usage:|  )/p" | grep -oE -- "--[a-z-]+" || true)
		options=$(printf '%s\n' --help "$options" | grep . | sort -u | tr '\n' ' ')
		equal "$offered" "$options"
		equal "$(fish_offers $user "$program $verb --" | tr ' ' '\n' | grep . | sort -u | tr '\n' ' ')" "$options"
		equal "$(zsh_offers $user $program "$verb" '' | tr ' ' '\n' | grep -e -- | tr '\n' ' ')" "$options"
	done
done

equal "$(complete_line 'qssh st')" status
equal "$(complete_line 'qssh pi')" pin
equal "$(complete_line 'qssh enable --v')" --vault
equal "$(complete_line 'qssh log --')" '--follow --json --help'
client qssh add work-vault:github >/dev/null
equal "$(complete_line 'qssh pin ')" '--help default work-vault:github'
equal "$(complete_line 'qssh remove work-vault:g')" github
equal "$(complete_line 'qssh remove work-vault:g' ' ')" work-vault:github
equal "$(complete_line 'qssh add ')" --help
client qssh add all=personal,work-vault:github >/dev/null
equal "$(complete_line 'qssh pin p')" personal
equal "$(complete_line 'qssh remove p')" ''
equal "$(complete_line 'qssh remove a')" all
equal "$(complete_line 'qssh add more=default,wo' ' ')" more=default,work-vault:github
equal "$(complete_line 'qssh add more=default,wo')" default,work-vault:github
equal "$(complete_line 'qssh add more=' ' ')" 'more=default more=personal more=work-vault:github'
# What was typed is only compared, whatever it is.
# shellcheck disable=SC2016
for typed in 'a$(>/tmp/ran)=' 'a`>/tmp/ran`=' 'a$(>/tmp/ran)' 'a/b&%d='; do
	run complete_line "qssh add ${typed}de" ' '
	expect 0
	[ "${typed%=}" = "$typed" ] || equal "$output" "${typed}default"
	[ ! -e /tmp/ran ] || fail "completion ran what was typed: $typed"
done
equal "$(fish_offers ssh-client 'qssh add a%d=de')" 'a%d=default '

equal "$(complete_vault qssh-vault lo)" 'log lock'
equal "$(complete_vault qssh-vault log --f)" --follow
equal "$(complete_vault qssh-vault revoke a)" all
touch /home/vault/new-rules
equal "$(complete_vault qssh-vault check --rules new)" new-rules

equal "$(fish_offers ssh-client 'qssh st')" 'status '
equal "$(fish_offers ssh-client 'qssh doctor --')" '--call --help --json '
equal "$(fish_offers ssh-client 'qssh unpin w')" 'work-vault:github '
equal "$(fish_offers ssh-client 'qssh pin p')" 'personal '
equal "$(fish_offers ssh-client 'qssh remove p')" ''
equal "$(fish_offers ssh-client 'qssh add more=default,wo')" 'more=default,work-vault:github '
equal "$(fish_offers ssh-client 'qssh add more=')" 'more=default more=personal more=work-vault:github '
equal "$(fish_offers ssh-client 'qssh add wo')" ''
equal "$(fish_offers vault 'qssh-vault gr')" 'grants '
equal "$(fish_offers vault 'qssh-vault suggest --against new')" 'new-rules '
equal "$(fish_offers vault 'qssh-vault log --f')" '--follow '

# zsh, at a terminal: what it completes by itself when the tabulator is typed.
screen_open
screen_run 'exec zsh -f'
screen_run 'PS1="% "; autoload -U compinit; compinit -u -D; unsetopt beep'
screen_type 'qssh stat' Tab Enter
screen_sees 'default: the vault that dom0 chooses; listening'
screen_type 'qssh doctor --js' Tab
screen_sees 'qssh doctor --json'
screen_type C-u 'qssh-vault rev' Tab '--al'
screen_sees 'qssh-vault revoke --al'
screen_type C-u 'qssh remove work-vault:g' Tab
screen_sees 'qssh remove work-vault:github'
screen_type C-u 'qssh unpin per' Tab
screen_sees 'qssh unpin personal'
screen_type C-u 'qssh add more=per' Tab
screen_sees 'qssh add more=personal'
screen_type ',wo' Tab
screen_sees 'qssh add more=personal,work-vault:github'
screen_type C-u
calls 0

# What a request is called.
run client ssh remote@host true
expect 0
number=$(vault qssh-vault log --numbers | grep -oE '^[0-9a-f]{6}\.[0-9]+')
equal "$(complete_vault qssh-vault allow "${number%.*}")" "$number"
equal "$(complete_vault qssh-vault allow --y)" --yes
equal "$(fish_offers vault "qssh-vault allow ${number%.*}")" "$number "
