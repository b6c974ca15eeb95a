#compdef qssh qssh-vault
# zsh completion for qssh(1) and qssh-vault(1): the verbs and options that their --help has, the sockets' names, files,
# and the requests' numbers.

# The names of the sockets, as qssh status has them; by their words there, and what has to follow.
_qssh_sockets()
{
	qssh status --json 2>/dev/null | sed 's/"calls":.*//' | grep -oE "\"$1\": *\"[^\"]*\"${2-}" | cut -d'"' -f4 | sort -u
}

_qssh()
{
	local program=${words[1]} verb=${words[2]}
	local -a found

	if (( CURRENT == 2 )); then
		found=(${(f)"$($program --help 2>/dev/null | sed -nE 's/^  ([a-z]+) +(.+)/\1:\2/p')"})
		_describe verb found
		return
	fi
	if [[ ${words[CURRENT - 1]} == --(rules|against|file|key) ]]; then
		_files
		return
	fi
	if [[ "$program:t $verb" == 'qssh add' && $PREFIX == *=* ]]; then
		# NAME=VAULT,VAULT: the vaults that there are sockets for, behind what stands there.
		compset -P '*[=,]'
		found=(${(f)"$(_qssh_sockets '(socket|member)' '[^][{}]*"vault"')"})
		compadd -S '' -a found
		return
	fi
	found=(--help ${(f)"$($program $verb --help 2>/dev/null | grep -E '^(usage:|  )' |
		grep -oE -- '--[a-z-]+' | sort -u)"})
	case "$program:t $verb" in
	'qssh remove') found+=(${(f)"$(_qssh_sockets socket)"}) ;;
	'qssh pin' | 'qssh unpin') found+=(${(f)"$(_qssh_sockets '(socket|member)')"}) ;;
	'qssh environment') found+=(set clear) ;;
	'qssh-vault allow')
		found+=(${(f)"$(qssh-vault log --numbers --since 7d 2>/dev/null | grep -oE '^[0-9a-f]{6}\.[0-9]+')"})
		;;
	'qssh-vault revoke') found+=(all) ;;
	esac
	compadd -a found
}

_qssh "$@"
