#!/bin/bash
# SPDX-License-Identifier: ISC
# The real KeePassXC feeds the agent of the vault's session, which is the agent `default`, as ssh-add by hand does.
# Where the database is locked before LIST, or between LIST and SIGN, the owner is told, and the request goes on once it
# is unlocked.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

rm /home/vault/.ssh/id_*
bus_start
screen_start
notifications plain
rules <<'EOR'
notify refused
allow *
EOR

vault ssh-keygen -q -t ed25519 -N '' -C kept -f kept
cat /home/vault/kept.pub >>/home/remote/.ssh/authorized_keys
# What KeePassXC keeps of an entry's key: KeeAgent.settings, an attachment in UTF-16.
settings='<?xml version="1.0" encoding="UTF-16"?>
<EntrySettings xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <AllowUseOfSshKey>true</AllowUseOfSshKey>
 <AddAtDatabaseOpen>true</AddAtDatabaseOpen>
 <RemoveAtDatabaseClose>true</RemoveAtDatabaseClose>
 <UseConfirmConstraintWhenAdding>false</UseConfirmConstraintWhenAdding>
 <UseLifetimeConstraintWhenAdding>false</UseLifetimeConstraintWhenAdding>
 <LifetimeConstraintDuration>600</LifetimeConstraintDuration>
 <Location>
  <SelectedType>attachment</SelectedType>
  <AttachmentName>kept</AttachmentName>
  <SaveAttachmentToTempFile>false</SaveAttachmentToTempFile>
  <FileName/>
 </Location>
</EntrySettings>'
vault python3 -c 'import sys; open("settings", "wb").write(sys.argv[1].encode("utf-16"))' "$settings"
cli()
{
	local words=$1
	shift
	tr ' ' '\n' <<<"$words" | vault QT_QPA_PLATFORM=offscreen keepassxc-cli "$@"
}
cli 'secret secret' db-create -q -p -t 100 keys.kdbx
cli secret add -q keys.kdbx entry
cli secret attachment-import -q keys.kdbx entry kept kept
cli secret attachment-import -q keys.kdbx entry KeeAgent.settings settings
rm /home/vault/kept
vault mkdir -p .config/keepassxc
printf '[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\nAutoSaveOnExit=false\n[SSHAgent]\nEnabled=true\n[GUI]\nCheckForUpdates=false\n[Security]\nLockDatabaseScreenLock=false\n' |
	vault tee .config/keepassxc/keepassxc.ini >/dev/null

keepassxc()
{
	vault "${desktop_env[@]}" DISPLAY=:0 SSH_AUTH_SOCK=$vault_run/agent keepassxc "$@"
}
unlocked()
{
	vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -l | grep -q kept
}
# The password is typed: with --pw-stdin KeePassXC 2.7.10 (Debian 13) crashes when it first shows its window.
unlock()
{
	xdotool_vault search --onlyvisible --name KeePassXC windowfocus --sync
	xdotool_vault key --delay 0 ctrl+a type --delay 0 secret
	xdotool_vault key Return
	sleep 1
	unlocked
}
vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -qD
keepassxc keys.kdbx >/tmp/keepassxc.log 2>&1 &
wait_for unlock

run list
expect 0 kept
run client ssh remote@host id -un
expect 0 remote

# By hand into the same agent.
vault ssh-keygen -q -t ed25519 -N '' -C hand -f hand
vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -q hand
run list
expect 0 kept hand
vault SSH_AUTH_SOCK=$vault_run/agent ssh-add -qd hand

# Locked between LIST and SIGN, and unlocked by whoever reads the notification.
python ssh-client <<'EOF2' &
a = Agent()
key, comment = identities(a.ask(frame(LIST)))[0]
same(comment, "kept")
open("/tmp/listed", "w")
while not os.path.exists("/tmp/locked"):
    time.sleep(0.01)
same(a.ask(sign_request(key, sshsig("file", b"x")))[0], SIGNATURE)
EOF2
script=$!
lock()
{
	keepassxc --lock
	wait_for not unlocked
}
wait_for test -e /tmp/listed
lock
sleep 1 # so long the agent's list holds
touch /tmp/locked
notified 1
run notice 1 summary
expect 0 'ssh-client waits 30 seconds for a key: unlock it'
run notice 1 body
expect 0 'unlock the password manager'
wait_for unlock
wait $script

lock
client ssh remote@host id -un >/tmp/out &
script=$!
notified 2
wait_for unlock
wait $script
equal "$(cat /tmp/out)" remote
run vault qssh-vault log
expect 0 'event=wait verdict=done'
