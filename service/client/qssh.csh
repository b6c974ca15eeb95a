# Split SSH: as qssh.sh, for csh and tcsh.
/usr/lib/qssh/qssh-active >& /dev/null
if ( $status == 0 ) setenv SSH_AUTH_SOCK /run/user/`id -u`/qssh/default
