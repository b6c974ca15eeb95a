#!/bin/bash
# SPDX-License-Identifier: ISC
# Salt's states set up dom0, a template and the vault from a pillar, or from nothing, so that a login works; a second
# time they change nothing. (Their Jinja and YAML are rendered as Salt does; what they call is a stand-in.)
. "$(dirname "$0")/../../lib/script.sh"

states=/usr/share/qssh/salt/states
pillar=/usr/share/qssh/salt/pillar/qssh.sls

salt()
{
	run python3 /tests/lib/salt.py $states "$@"
	expect 0
}

groupadd -f qubes
client qssh disable >/dev/null
rm -f /etc/ssh/ssh_config.d/30-qssh.conf
policy </dev/null
run client ssh remote@host true
expect 255

# Without a pillar: the names of the manual.
salt dom0 Debian ''
expect 0 'changed: qvm.present: qssh-vault-present' 'changed: qvm.prefs: qssh-vault-offline' 'ssh-client has the service qssh'
equal "$(stat -c '%a %U %G' /etc/qubes/policy.d/31-qssh.policy)" '664 root qubes'
sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/qssh-ssh-config.service | sh
client systemctl --user restart sockets.target
wait_for test -S $socket
answer yes
run client ssh remote@host echo in
expect 0 in
calls 1
answer no
run client ssh remote@host echo in
expect 255
salt dom0 Debian ''
equal "$output" ''

# A slip in the action asks.
sed 's/action: ask/action: Ask/' $pillar >/run/world/pillar
salt dom0 Debian /run/world/pillar
equal "$output" ''

# A pillar of another action. The user's own lines come first.
sed 's/action: ask/action: allow/; s/user: user/user: vault/' $pillar >/run/world/pillar
salt dom0 Debian /run/world/pillar
equal "$output" 'changed: /etc/qubes/policy.d/31-qssh.policy'
run client ssh remote@host echo in
expect 0 in
policy <<<'qubes.SshAgent + ssh-client @default deny'
run client ssh remote@host echo in
expect 255

# The vault's rules, which deny what they do not name.
policy </dev/null
sed -i 's/ask ssh-client remember 5m/allow ssh-client to root@*/' /run/world/pillar
salt vault Debian /run/world/pillar
equal "$output" 'changed: /home/vault/.config/qssh/rules'
equal "$(stat -c '%a %U' /home/vault/.config/qssh/rules)" '600 vault'
run vault qssh-vault check
expect 0 'in order'
run client ssh remote@host echo in
expect 255
salt vault Debian /run/world/pillar
equal "$output" ''

# Rules with a slip in them leave those that hold: the state fails, and says where the slip is. Odd ones are written.
slip()
{
	sed "/rules: |/,\$d" /run/world/pillar >/run/world/pillar.slip
	printf '  rules: |\n    %s\n' "$@" >>/run/world/pillar.slip
	run python3 /tests/lib/salt.py $states vault Debian /run/world/pillar.slip
}
rules=$(vault cat .config/qssh/rules)
slip 'alow ssh-client to root@*'
expect 1 'rules: check_cmd execution failed' ":1:1: a line begins with" 'alow ssh-client to root@*'
# shellcheck disable=SC2088
slip 'allow ssh-client key ~/.ssh/nosuch.pub'
expect 1 'there is no such key file: ~/.ssh/nosuch.pub' 'these rules would refuse everything'
equal "$(vault cat .config/qssh/rules)" "$rules"
slip 'allow ssh-client key ~/.ssh/id_ed25519.pub'
expect 0 'changed: /home/vault/.config/qssh/rules'
slip 'deny *'
expect 0 'changed: /home/vault/.config/qssh/rules'
salt vault Debian /run/world/pillar
# So do names that dom0's policy could not have: the states are not rendered.
before=$(cat /etc/qubes/policy.d/31-qssh.policy)
for slip in 's/- ssh-client/- ssh client/' 's/- ssh-client/- "@anyvm allow"/' 's/vault: vault/vault: "a b"/' \
    's/- ssh-client/- 7/' '/clients:/{s/$/ ssh-client/;n;d}'; do
	sed "$slip" /run/world/pillar >/run/world/pillar.slip
	run python3 /tests/lib/salt.py $states dom0 Debian /run/world/pillar.slip
	expect 1 'pillar qssh: '
done
equal "$(cat /etc/qubes/policy.d/31-qssh.policy)" "$before"
# No rules in the pillar leave the person's own.
sed -i '/rules: |/,$d' /run/world/pillar
run python3 /tests/lib/salt.py $states vault Debian /run/world/pillar
expect 1 'no state for vault'
run vault cat .config/qssh/rules
expect 0 root@

# A template's packages have the names of those that are built.
version=$(qssh --version | grep -oE '[0-9][0-9.]*' | head -n 1)
salt debian-13 Debian $pillar
expect 0 'changed: pkg.installed: qssh-needs' 'changed: pkg.installed: qssh-packages'
run cat /run/salt/qssh-packages
expect 0 "qssh-common_$version-1_all.deb" "qssh-client_$version-1_amd64.deb" "qssh-vault_$version-1_amd64.deb"
rm -r /run/salt
salt debian-13 RedHat $pillar
run cat /run/salt/qssh-packages
expect 0 "qssh-client-$version-1.x86_64.rpm" "qssh-vault-$version-1.x86_64.rpm"
