#!/bin/bash
# SPDX-License-Identifier: ISC
# An administrator's own /etc/ssh/ssh_config.d/30-qssh.conf stays, whatever it is, when the system's unit starts and
# stops; the journal, qssh enable and qssh doctor say that it is not qssh's, and whether ssh asks the vault.
. "$(dirname "$0")/../../lib/script.sh"
. /tests/lib/doctor.sh

link=/etc/ssh/ssh_config.d/30-qssh.conf

unit()
{
	sed -n "s/^$1=//p" /usr/lib/systemd/system/qssh-ssh-config.service | sh
}

# What it is, in words.
there()
{
	stat -c '%F %s %N' $link
	[ ! -f $link ] || sha256sum <$link
}

# stays MAKE...: what MAKE makes of $link.
stays()
{
	local was
	"$@"
	was=$(there)
	run unit ExecStart
	expect 0 "$link is not qssh's and stays as it is" 'qssh doctor'
	equal "$(there)" "$was"
	run unit ExecStop
	expect 0
	equal "$(there)" "$was"
	run client qssh enable
	expect 0 'On.' "$link is not qssh's and stays as it is"
	equal "$(there)" "$was"
	run client qssh disable
	expect 0 Off.
	lacks "$link"
	client qssh enable >/dev/null
	unit ExecStart 2>/dev/null
}

mine()
{
	rm -rf $link
	echo 'Compression yes' >$link
}

emptied()
{
	rm -rf $link
	ln -s /dev/null $link
}

elsewhere()
{
	rm -rf $link
	ln -s /etc/ssh/mine.conf $link
}

directory()
{
	rm -rf $link
	mkdir $link
}

rm $link
unit ExecStart
equal "$(readlink $link)" /usr/share/qssh/30-qssh.conf
run unit ExecStart
equal "$status $output" '0 '
mended

for kind in mine emptied elsewhere directory; do
	stays $kind
done
mine
found "$link is not qssh's, and ssh does not ask the vault" 'give that file another name'
printf 'Host *\n    IdentityAgent /run/mine\n' >$link
found "$link:2 overrides the vault by IdentityAgent /run/mine" 'delete that line'
cp /usr/share/qssh/30-qssh.conf $link
mended
expect 0 "$link is not qssh's; qssh leaves it as it is"
doctor_done

# In the journal it is a warning.
journal_start
client mkdir -p .config/systemd/user
client sh -c "printf '[Service]\\nType=oneshot\\nExecStart=/usr/lib/qssh/qssh-ssh-config put\\n' >.config/systemd/user/as-the-system.service"
client systemctl --user start as-the-system.service
wait_for grep -q "^MESSAGE=.*$link is not qssh's" $journal
