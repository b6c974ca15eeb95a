#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh enable and disable switch it on and off here, at once and for good, and say what dom0 still has to do.
. "$(dirname "$0")/../../lib/script.sh"

home=/home/ssh-client

run client qssh disable
expect 0 Off
[ ! -e $socket ] || fail 'the socket is still there'
run client qssh disable
expect 0 Off
run client qssh status
expect 1 "Off. 'qssh enable' switches it on"
run client qssh active
expect 1
run client ssh remote@host true
expect 255 'Permission denied'
calls 0
client systemctl --user start qssh.socket # its own condition holds it back
[ ! -e $socket ] || fail 'it listens although it is switched off'

run client qssh enable
expect 0 'On.' 'qubes.SshAgent + ssh-client @default ask target=VAULT default_target=VAULT' 30-user.policy
run client qssh enable
expect 0 'On.'
client ssh remote@host true
calls 1
run client qssh status
expect 0 'On, by this qube' answered

# dom0's way, which outlives disable until the qube starts again.
mkdir -p /run/qubes-service
touch /run/qubes-service/qssh
run client qssh disable
expect 0 Off 'qvm-service --disable QUBE qssh'
[ ! -e $socket ] || fail 'the socket is still there'
client systemctl --user start qssh.socket
client ssh remote@host true
run client qssh status
expect 0 'On, by dom0'
rm /run/qubes-service/qssh

# A named vault.
run client qssh enable --vault vault
expect 0 'The vault is vault, by ~/.config/qssh/vault.' 'qubes.SshAgent + ssh-client vault ask default_target=vault'
client ssh remote@host true
equal "$(tail -n 1 /run/qubes/calls | awk '{ print $3 }')" vault
run client qssh enable
expect 0 'The vault is vault'
run client qssh enable --vault @default
expect 0 "The vault is the one that dom0's policy chooses"
run client qssh doctor
expect 0 'default is the vault that dom0 chooses, by ~/.config/qssh/vault'
for name in '' none default 'my vault' vault:x 2; do
	run client qssh enable --vault "$name"
	expect 2 "not a qube's name"
done
equal "$(cat $home/.config/qssh/vault)" @default

# Another vault's pins are not this one's.
client qssh pin
run client qssh enable --vault work-vault
expect 0 'The pinned keys of the default vault are forgotten'
run client qssh status
lacks pinned

# What stands in the way is said.
chown root $home/.config/qssh
chmod 755 $home/.config/qssh
rm $home/.config/qssh/enabled
run client qssh enable
expect 1 'enabled' 'Permission denied'
for way in -u HOME=; do
	run client env $way ${way/-u/HOME} qssh enable
	expect 1 '/home/ssh-client/.config/qssh/enabled: Permission denied'
done
chown ssh-client $home/.config/qssh
client systemctl --user exit
wait_for eval '! client systemctl --user show-environment'
run client qssh enable
expect 1 'no systemd user manager runs' 'qssh proxy'
