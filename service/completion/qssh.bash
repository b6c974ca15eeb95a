# bash completion for qssh(1)                              -*- shell-script -*-

_qssh()
{
	local line=${COMP_LINE:0:COMP_POINT} current verb words=
	# Not COMP_WORDS: it parts NAME:ARG at the colon.
	current=${line##*[[:space:]]}
	read -r _ verb _ <<<"$line"
	COMPREPLY=()

	if [ "${line#*[[:space:]]}" = "$current" ]; then
		words='enable disable status doctor add remove pin unpin log active proxy environment --help'
	else
		case $verb in
		enable) words='--vault --help' ;;
		doctor) words='--call --json --help' ;;
		status) words='--json --help' ;;
		log) words='--follow --json --help' ;;
		active) words='--needed --help' ;;
		add)
			# NAME=VAULT,VAULT: the vaults that there are sockets for, behind what stands there.
			words=--help
			if [[ $current == *=* ]]; then
				words=$(_qssh_sockets socket | sed "s/^/${current%"${current##*[=,]}"}/")
			fi
			;;
		remove) words="$(_qssh_sockets socket) --help" ;;
		pin | unpin) words="$(_qssh_sockets '(socket|member)') --help" ;;
		environment) words='set clear --help' ;;
		proxy) words='--vault --active --help' ;;
		*) words=--help ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	_qssh_behind_colon "$current"
}

# The names of the sockets, as qssh status has them; or those of the vaults of several too, by their words there.
_qssh_sockets()
{
	qssh status --json 2>/dev/null | sed 's/"calls":.*//' | grep -oE "\"$1\": *\"[^\"]*\"" | cut -d'"' -f4
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
