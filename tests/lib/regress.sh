# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# OpenSSH's own tests (Debian's openssh-tests), with the filter between agent and programs: for scripts that source
# script.sh.
#
#	passes NAME	OpenSSH's test NAME passes
#	filtered	the record of the filter between shows signatures, and that none was refused

# shellcheck disable=SC2154,SC2174
regress=/run/world/regress filtered=/run/world/filtered

cp -a /usr/lib/openssh/regress $regress
# Where the programs are scripts that bring libraries of their own (tests/lib/openssh), nothing can be loaded into them.
[ "$(head -c 2 "$(command -v ssh)")" != '#!' ] || find $regress -name 'sk-dummy*.so' -delete
mkdir -p -m 700 $filtered/.config/qssh $filtered/run/qssh/agents
ssh-agent -a $filtered/run/qssh/agents/witness >/dev/null
echo 'allow tests for any uses any rate any/1m' >$filtered/.config/qssh/rules
for program in ssh-agent ssh-add; do
	printf '#!/bin/sh\nexec python3 /tests/lib/between.py %s "$@"\n' $program >/run/world/$program
	chmod 755 /run/world/$program
done

passes()
{
	cd $regress || fail 'no tests'
	run env QSSH_TEST_VAULT=$filtered PYTHONDONTWRITEBYTECODE=1 TEST_SHELL=/bin/sh SUDO= USER=root LOGNAME=root BUILDDIR=$regress OBJ=$regress \
		TEST_SSH_SSH="$(command -v ssh)" TEST_SSH_SSHD="$(command -v sshd)" TEST_SSH_SSHKEYGEN="$(command -v ssh-keygen)" \
		TEST_SSH_SSHAGENT=/run/world/ssh-agent TEST_SSH_SSHADD=/run/world/ssh-add TEST_SSH_SSHD_SESSION=/usr/lib/openssh/sshd-session \
		TEST_SSH_SSHD_AUTH=/usr/lib/openssh/sshd-auth TEST_SSH_SFTPSERVER=/usr/lib/openssh/sftp-server \
		sh test-exec.sh $regress $regress/"$1".sh
	[ "$status" = 0 ] || tail -n 20 $regress/failed-*.log
	expect 0
	[[ $output == *$'\n'ok\ * || $output == ok\ * ]] || fail "it was not run"
}

filtered()
{
	local signed
	signed=$(grep -c 'event=outcome outcome=signed' $filtered/.local/state/qssh/record/tests/signatures)
	[ "$signed" -ge 10 ] || fail "$signed signatures went through the filter"
	run cat $filtered/.local/state/qssh/record/tests/requests
	lacks 'event=sign '
}
