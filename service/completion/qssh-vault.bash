# bash completion for qssh-vault(1)                        -*- shell-script -*-
# The verbs and options that its --help has.

_qssh_vault()
{
	local current=${COMP_WORDS[COMP_CWORD]} words
	if [ "$COMP_CWORD" = 1 ]; then
		words="$(qssh-vault --help 2>/dev/null | sed -nE 's/^  ([a-z]+) +.*/\1/p') --help"
	else
		words=$(qssh-vault "${COMP_WORDS[1]}" --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)
		[ "${COMP_WORDS[1]}" != allow ] || words+=" $(_qssh_vault_numbers)"
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

# What the last week's requests are called.
_qssh_vault_numbers()
{
	qssh-vault log --numbers --since 7d 2>/dev/null | grep -oE '^[0-9a-f]{6}\.[0-9]+'
}

complete -F _qssh_vault qssh-vault
