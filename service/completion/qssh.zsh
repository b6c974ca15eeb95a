#compdef qssh qssh-vault
# zsh completion for qssh(1) and qssh-vault(1): the verbs and options that their --help has, and the sockets' names.

local program=${words[1]} verb=${words[2]}
local -a found

if (( CURRENT == 2 )); then
	found=(${(f)"$($program --help 2>/dev/null | sed -nE 's/^  ([a-z]+) +(.+)/\1:\2/p')"})
	_describe verb found
	return
fi
found=(${(f)"$($program $verb --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)"})
compadd -a found
if [[ $program:t == qssh && $verb == (remove|pin|unpin) ]]; then
	local word='(socket|member)'
	[[ $verb != remove ]] || word=socket
	found=(${(f)"$(qssh status --json 2>/dev/null | sed 's/"calls":.*//' |
		grep -oE "\"$word\": *\"[^\"]*\"" | cut -d'"' -f4 | sort -u)"})
	compadd -a found
fi
if [[ "$program:t $verb" == 'qssh-vault allow' ]]; then
	compadd -- ${(f)"$(qssh-vault log --numbers --since 7d 2>/dev/null | grep -oE '^[0-9a-f]{6}\.[0-9]+')"}
fi
