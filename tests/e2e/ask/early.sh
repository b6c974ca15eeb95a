#!/bin/bash
# SPDX-License-Identifier: ISC
# A Return or a Space that was on its way when the dialog came signs nothing, however late the window comes: the
# question is put again, and the third early yes is a no. After 700 ms the same key is a yes.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

screen_start
rules <<'EOR'
notify none
ask ssh-client for sshsig:* timeout 20s
EOR

window()
{
	xdotool_vault search --onlyvisible --name OpenSSH
}

# Each 20 ms, as from a keyboard that somebody types on.
hammer()
{
	while :; do
		xdotool_vault key "$1" || true
		sleep 0.02
	done
}

vault tee late >/dev/null <<'EOP'
#!/bin/bash
echo asked >>/home/vault/asked
sleep 1
exec /usr/lib/openssh/gnome-ssh-askpass "$@"
EOP
chmod 755 /home/vault/late
for key in Return space; do
	for program in /usr/lib/openssh/gnome-ssh-askpass /home/vault/late; do
		rm -rf $vault_run/qssh/cooldown /home/vault/asked
		desktop SSH_ASKPASS=$program
		hammer $key &
		hammer=$!
		run signs git
		kill $hammer
		wait $hammer || true
		equal "$program $key: $output" "$program $key: refused"
	done
	equal "$(wc -l </home/vault/asked)" 3
done

# One early key, and another in time.
rm -rf $vault_run/qssh/cooldown
desktop SSH_ASKPASS=/usr/lib/openssh/gnome-ssh-askpass
signs git >/tmp/out &
pid=$!
wait_for window
sleep 0.2
xdotool_vault key Return
sleep 0.5
wait_for window
sleep 1.2
kill -0 $pid || fail "an early Return counted"
picture again
xdotool_vault key Return
wait $pid
equal "$(cat /tmp/out)" signed

# A no may come at any time.
rm -rf $vault_run/qssh/cooldown
signs git >/tmp/out &
pid=$!
wait_for window
xdotool_vault key Escape
wait $pid
equal "$(cat /tmp/out)" refused
wait_for none_running
