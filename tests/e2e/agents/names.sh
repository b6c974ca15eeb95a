#!/bin/bash
# SPDX-License-Identifier: ISC
# An argument that names no agent of this vault's makes nothing, starts nothing, reaches no other agent, and never
# leaves the directory; a directory that is a link, or that others may write to, is not an agent's.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_manager
policy <<<'qubes.SshAgent * ssh-client vault allow'
client sh -c 'cd /run/user/47001 && python3 -c "
import struct
print(end=chr(0) * 3 + chr(1) + chr(11))" >list'

# A raw call, as a hostile client makes it.
refused()
{
	run client sh -c "qrexec-client-vm vault 'qubes.SshAgent+$1' </run/user/47001/list | od -An -tx1"
	expect 0 '00 00 00 01 05'
}

nothing_happened()
{
	run vault systemctl --user list-units --all --plain --no-legend 'qssh-agent@*'
	lacks default ..
	equal "$(pgrep -u vault -c -x ssh-agent)" "$1"
	run find $agents /run/user/47002/qssh/loaded /home/vault/.ssh -newer /tmp/before ! -name '*witness*' ! -type d
	equal "$output" ''
}

vault_key work one
refused witness
touch /tmp/before
for name in . .. ... .ssh -a --again ..+x nothere 'wor*' work.pub work/../work %i "\$HOME" "$(printf 'x%.0s' {1..64})" "$(printf 'x%.0s' {1..65})"; do
	case $name in
	*/* | *[*\$%]* | xx*) run client sh -c "qrexec-client-vm vault 'qubes.SshAgent+$name' </run/user/47001/list | od -An -tx1" && lacks 'work/one' ;;
	*) refused "$name" ;;
	esac
done
nothing_happened 2

# Directories that are not ours alone.
mv $keydir/work $keydir/real
vault ln -s real $keydir/linked
refused linked
vault mkdir -m 770 $keydir/open
refused open
run cat $requests
expect 0 'identities.d/linked\x20is\x20not\x20a\x20directory' 'identities.d/open\x20or\x20identities.d\x20belongs'
mkdir -m 755 $keydir/roots
refused roots
chmod g+w $keydir
refused real
chmod g-w $keydir
mv $keydir /home/vault/elsewhere
vault ln -s /home/vault/elsewhere $keydir
refused real
run vault systemctl --user start qssh-agent@real
expect 1
rm $keydir
mv /home/vault/elsewhere $keydir
run client sh -c "qrexec-client-vm vault qubes.SshAgent+real </run/user/47001/list"
expect 0 work/one

# The reasons that the vault's owner reads never have the name that a client made up.
run grep -o 'reason=.*' $requests
expect 0 'no\x20agent\x20of\x20the\x20name'
lacks nothere
