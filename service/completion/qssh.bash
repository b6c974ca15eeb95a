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
		remove | pin | unpin) words="$(_qssh_sockets) --help" ;;
		environment) words='set clear --help' ;;
		proxy) words='--vault --active --help' ;;
		*) words=--help ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	_qssh_behind_colon "$current"
}

# The names of the sockets, as qssh status has them.
_qssh_sockets()
{
	qssh status --json 2>/dev/null | sed 's/"calls":.*//' | grep -o '"socket": *"[^"]*"' | cut -d'"' -f4
}

# Where the colon parts words, bash replaces only what stands behind the last one.
_qssh_behind_colon()
{
	local i
	[[ $COMP_WORDBREAKS == *:* && $1 == *:* ]] || return 0
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"${1%:*}:"}
	done
}

complete -F _qssh qssh
