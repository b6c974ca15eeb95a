# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# For the scripts about `qssh proxy`: the client qube without a user manager and without a runtime directory, and
# ssh_config files for both forms.
#
#	ssh -F passed	ssh takes the connection over (ProxyUseFdpass)
#	ssh -F relayed	it is relayed
#	form FILE WORD...	another such file, with WORDs for `qssh proxy`
#	proxyagents N	fails unless N proxyagents run; their pids are $(proxyagent_pids)
#	gone		waits until no process of qssh's is left, and fails if a socket is
#
# shellcheck disable=SC2034
# shellcheck source=../lib/script.sh
. "$(dirname "${BASH_SOURCE[0]}")/script.sh"

sockets=/home/ssh-client/.ssh/qssh

form()
{
	local file=$1
	shift
	cat >"/home/ssh-client/$file" <<-END
		ProxyCommand /usr/bin/qssh proxy $*
		IdentityAgent ~/.ssh/qssh/%C
		ControlPath ~/.ssh/master-%C
	END
}

# A proxy agent began a session and was left to the first process; all else here is in the session that the test was
# started in, 0 in this world. It has a child for each connection.
proxyagent_pids()
{
	pgrep -u ssh-client -x qssh | xargs -r ps -o pid=,ppid=,sid= -p | awk '$2 == 1 && $3 != 0 { print $1 }'
}

proxyagents_are()
{
	[ "$(proxyagent_pids | wc -l)" = "$1" ]
}

proxyagents()
{
	proxyagents_are "$1" || fail "not $1 proxyagents: $(proxyagent_pids)"
}

no_sockets()
{
	[ -z "$(ls "$sockets" 2>/dev/null)" ]
}

gone()
{
	wait_for none_running
	no_sockets || fail "left behind: $(ls "$sockets")"
}

manager=$(pgrep -u ssh-client -f 'systemd --user')
kill -KILL "$manager"
rm -rf /run/user/47001
form relayed "%h %p '%r'"
form passed "%h %p '%r'"
echo 'ProxyUseFdpass yes' >>/home/ssh-client/passed
