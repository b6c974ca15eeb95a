# bash completion for qssh-vault(1)                        -*- shell-script -*-
# The verbs and options that its --help has, files, and the requests' numbers.

_qssh_vault()
{
	local current=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words
	if [ "$COMP_CWORD" = 1 ]; then
		words="$(qssh-vault --help 2>/dev/null | sed -nE 's/^  ([a-z]+) +.*/\1/p') --help"
	elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == --@(rules|against|file|key) ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
	else
		words="$(qssh-vault "$verb" --help 2>/dev/null | grep -E '^(usage:|  )' | grep -oE -- '--[a-z-]+' | sort -u) --help"
		[ "$verb" != allow ] || words+=" $(_qssh_vault_numbers)"
		[ "$verb" != revoke ] || words+=' all'
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

# What the last week's requests are called.
_qssh_vault_numbers()
{
	qssh-vault log --numbers --since 7d 2>/dev/null | grep -oE '^[0-9a-f]{6}\.[0-9]+'
}

complete -F _qssh_vault qssh-vault
