# shellcheck shell=bash
# For the scripts about `qssh proxy`: the client qube without a user manager, and ssh_config files for each form.
#
#	ssh -F passed	ssh takes the connection over (ProxyUseFdpass)
#	ssh -F relayed	it is relayed
#	gone		waits until no process of qssh's and no socket is left
#
# shellcheck disable=SC2034
. "$(dirname "${BASH_SOURCE[0]}")/script.sh"

sockets=/home/ssh-client/.ssh/qssh

# FILE [PROXYCOMMAND's ARGUMENTS...]: a ssh_config of the relaying form.
form()
{
	local file=$1
	shift
	cat >"/home/ssh-client/$file" <<-END
		ProxyCommand /usr/bin/qssh proxy $*
		IdentityAgent ~/.ssh/qssh/%C
		StrictHostKeyChecking yes
	END
}

no_sockets()
{
	[ -z "$(ls "$sockets")" ]
}

gone()
{
	wait_for none_running
	no_sockets || fail "left behind: $(ls "$sockets")"
}

manager=$(pgrep -u ssh-client -f 'systemd --user')
kill -KILL $manager
wait_for eval '! kill -0 $manager'
rm -rf /run/user/47001
form relayed "%h %p '%r'"
form passed "%h %p '%r'"
echo 'ProxyUseFdpass yes' >>/home/ssh-client/passed
