# fish completion for qssh(1) and qssh-vault(1): the verbs and options that their --help has, and the sockets' names.

function __qssh_verbs
    $argv --help 2>/dev/null | string match -r '^  [a-z]+ .*' | string replace -r '^  ([a-z]+) +' '$1\t'
end

function __qssh_options
    set -l line (commandline -opc)
    $line[1] $line[2] --help 2>/dev/null | string match -rag -- '(--[a-z-]+)' | sort -u
    if test "$line[1]" = qssh; and contains -- "$line[2]" remove pin unpin
        set -l word '(?:socket|member)'
        test "$line[2]" = remove; and set word socket
        qssh status --json 2>/dev/null | string replace -r '"calls":.*' '' |
            string match -rag "\"$word\": *\"([^\"]*)\"" | sort -u
    else if test "$line[1] $line[2]" = 'qssh-vault allow'
        qssh-vault log --numbers --since 7d 2>/dev/null | string match -r '^[0-9a-f]{6}\.[0-9]+'
    end
end

for program in qssh qssh-vault
    complete -c $program -f -n __fish_use_subcommand -a "(__qssh_verbs $program)"
    complete -c $program -f -n 'not __fish_use_subcommand' -a '(__qssh_options)'
end
