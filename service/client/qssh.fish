# Split SSH: as qssh.sh, for fish.
if status is-login; and /usr/lib/qssh/qssh-active 2>/dev/null
    set -gx SSH_AUTH_SOCK /run/user/(id -u)/qssh/default
end
