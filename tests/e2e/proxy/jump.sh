#!/bin/bash
# SPDX-License-Identifier: ISC
# By the proxy form `ssh -J` gives the host behind the jump host no keys: the terminal says so, doctor says what to
# write, and that works.
. "$(dirname "$0")/../../lib/proxy.sh"

cp /etc/ssh/ssh_config.d/35-qssh-proxy.conf{.example,}
wait_for client qssh proxy --active
run client script -qec 'ssh -J remote@elsewhere remote@host true' /dev/null
expect 255 'qssh proxy: elsewhere is a jump host here' 'Permission denied'
run client ssh -J remote@elsewhere remote@host true
expect 255 'Permission denied'
lacks 'qssh proxy:'
gone

client sh -c 'printf "Host host\n    ProxyJump remote@elsewhere\n" >.ssh/config'
run client qssh doctor host
expect 1 "for host ProxyJump takes the place of 'qssh proxy'" '1 thing is wrong'
command=$(sed -n 's/.*in its place: \(ProxyCommand .*\), and \(ProxyUseFdpass no\)$/    \1\n    \2/p' <<<"$output")
client sh -c "printf 'Host host\n%s\n' \"\$1\" >.ssh/config" sh "$command"
run client qssh doctor host
expect 0 "for host ssh uses the vault by 'qssh proxy'"
run client script -qec 'ssh remote@host echo in' /dev/null
expect 0 in
lacks 'jump host'
gone
run client qssh doctor
expect 0 "for any.invalid ssh uses the vault by 'qssh proxy'"
