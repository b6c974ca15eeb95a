# fish completion for qssh(1) and qssh-vault(1): the verbs and options that their --help has, the sockets' names, files,
# and the requests' numbers.

function __qssh_verbs
    $argv --help 2>/dev/null | string match -r '^  [a-z]+ .*' | string replace -r '^  ([a-z]+) +' '$1\t'
end

# The names of the sockets, as qssh status has them; by their words there, and what has to follow.
function __qssh_sockets
    qssh status --json 2>/dev/null | string replace -r '"calls":.*' '' |
        string match -rag "\"$argv[1]\": *\"([^\"]*)\"$argv[2]" | sort -u
end

function __qssh_words
    set -l line (commandline -opc)
    $line[1] $line[2] --help 2>/dev/null | string match -r '^(?:usage:|  ).*' | string match -rag -- '(--[a-z-]+)' |
        sort -u
    string match -q -- '-*' (commandline -ct); and echo --help
    switch "$line[1] $line[2]"
        case 'qssh add'
            # NAME=VAULT,VAULT: the vaults that there are sockets for, behind what stands there.
            set -l before (string match -r '^.*[=,]' -- (commandline -ct))
            string match -q '*=*' -- "$before"; and printf '%s\n' "$before"(
                __qssh_sockets '(?:socket|member)' '[^][{}]*"vault"')
        case 'qssh remove'
            __qssh_sockets socket
        case 'qssh pin' 'qssh unpin'
            __qssh_sockets '(?:socket|member)'
        case 'qssh environment'
            printf '%s\n' set clear
        case 'qssh-vault allow'
            qssh-vault log --numbers --since 7d 2>/dev/null | string match -r '^[0-9a-f]{6}\.[0-9]+'
        case 'qssh-vault revoke'
            echo all
    end
end

function __qssh_wants_file
    contains -- (commandline -opc)[-1] --rules --against --file --key
end

for program in qssh qssh-vault
    complete -c $program -f -n __fish_use_subcommand -a "(__qssh_verbs $program)"
    complete -c $program -f -n 'not __fish_use_subcommand; and not __qssh_wants_file' -a '(__qssh_words)'
end
complete -c qssh-vault -F -n __qssh_wants_file
