# bash completion for qssh(1)                              -*- shell-script -*-
# The verbs and options that its --help has, and the sockets' names.

_qssh()
{
	local line=${COMP_LINE:0:COMP_POINT} current verb words before=''
	# Not COMP_WORDS: it parts NAME:ARG at the colon.
	current=${line##*[[:space:]]}
	read -r _ verb _ <<<"$line"

	if [ "${line#*[[:space:]]}" = "$current" ]; then
		words="$(qssh --help 2>/dev/null | sed -nE 's/^  ([a-z]+) +.*/\1/p') --help"
	else
		words="$(qssh "$verb" --help 2>/dev/null | grep -E '^(usage:|  )' | grep -oE -- '--[a-z-]+' | sort -u) --help"
		case $verb in
		add)
			# NAME=VAULT,VAULT: the vaults that there are sockets for, behind what stands there.
			if [[ $current == *=* ]]; then
				before=${current%"${current##*[=,]}"}
				words=$(_qssh_sockets '(socket|member)' '[^][{}]*"vault"')
			fi
			;;
		remove) words+=" $(_qssh_sockets socket)" ;;
		pin | unpin) words+=" $(_qssh_sockets '(socket|member)')" ;;
		environment) words+=' set clear' ;;
		esac
	fi
	# compgen runs what stands in the words, so nothing that was typed may.
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "${current#"$before"}" | while read -r words; do
		printf '%s\n' "$before$words"
	done)
	_qssh_behind_colon "$current"
}

# The names of the sockets, as qssh status has them; or those of the vaults of several too, by their words there, or
# only what something follows in its object.
_qssh_sockets()
{
	qssh status --json 2>/dev/null | sed 's/"calls":.*//' | grep -oE "\"$1\": *\"[^\"]*\"${2-}" | cut -d'"' -f4 | sort -u
}

# Where ':' and '=' separate words, bash replaces only what stands behind the last one.
_qssh_behind_colon()
{
	local i before=${1%"${1##*["${COMP_WORDBREAKS//[^:=]/}"]}"}
	[ -n "$before" ] || return 0
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"$before"}
	done
}

complete -F _qssh qssh
