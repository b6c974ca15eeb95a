#!/bin/bash
# SPDX-License-Identifier: ISC
# The client's side works with the service scripts of others: the forum guide's socat with its notification, henn's ncat
# with an argument of seconds, and the official package's agent per name.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

policy <<<'qubes.SshAgent * ssh-client @anyvm allow target=vault'
printf '#!/bin/sh\necho "$*" >>/tmp/notified\n' >/usr/local/bin/notify-send
printf '#!/bin/sh\nexit 0\n' >/usr/local/bin/zenity
printf '#!/bin/sh\necho vault\n' >/usr/local/bin/qubesdb-read
chmod +x /usr/local/bin/*

service()
{
	mkdir -p /usr/local/etc/qubes-rpc
	{
		echo '#!/bin/sh'
		cat
	} >/usr/local/etc/qubes-rpc/qubes.SshAgent
	chmod +x /usr/local/etc/qubes-rpc/qubes.SshAgent
}

# works SOCKETNAME COMMENT
works()
{
	run list "$1"
	expect 0 "$2"
	run client ssh -o IdentityAgent="/run/user/47001/qssh/$1" remote@host id -un
	expect 0 remote
	run client ssh -A -o IdentityAgent="/run/user/47001/qssh/$1" remote@host ssh-add -l
	expect 0 "$2"
	wait_for none_running
}

service <<'EOS'
notify-send "[$(qubesdb-read /name)] SSH agent access from: $QREXEC_REMOTE_DOMAIN"
socat - "UNIX-CONNECT:$SSH_AUTH_SOCK"
EOS
works default ed25519@vault
run cat /tmp/notified
expect 0 '[vault] SSH agent access from: ssh-client'

service <<'EOS'
if [ -n "$QREXEC_SERVICE_ARGUMENT" ]; then
	state=$HOME/$QREXEC_REMOTE_DOMAIN.stat
	now=$(date +%s)
	last=$(cat "$state" 2>/dev/null || echo 0)
	[ $((now - last)) -le "$QREXEC_SERVICE_ARGUMENT" ] || zenity --question --text "Allow $QREXEC_REMOTE_DOMAIN?" || exit 1
	echo "$now" >"$state"
fi
ncat -U "$SSH_AUTH_SOCK"
EOS
works default ed25519@vault
client qssh add vault:10
works vault:10 ed25519@vault
test -s /home/vault/ssh-client.stat
printf '#!/bin/sh\nexit 1\n' >/usr/local/bin/zenity
rm /home/vault/ssh-client.stat
run list vault:10
expect 1 refused

# One ssh-agent for each name, outside any session; the service connects to the one that the argument names.
vault_key office one
mkdir -p /run/split-ssh
chown vault /run/split-ssh
vault ssh-agent -a /run/split-ssh/work.sock >/dev/null
vault SSH_AUTH_SOCK=/run/split-ssh/work.sock ssh-add -q $keydir/office/one
service <<'EOS'
case $QREXEC_SERVICE_ARGUMENT in '' | *[!A-Za-z0-9_.-]*) exit 1 ;; esac
exec socat - "UNIX-CONNECT:/run/split-ssh/$QREXEC_SERVICE_ARGUMENT.sock"
EOS
client qssh add vault:work
works vault:work office/one
client qssh add vault:none
run list vault:none
expect 1 refused
run list
expect 1 refused
