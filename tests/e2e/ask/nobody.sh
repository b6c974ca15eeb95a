#!/bin/bash
# SPDX-License-Identifier: ISC
# Where nobody can be asked, a question is a denial at once, and the record says which part is missing. SSH_ASKPASS and
# SSH_ASKPASS_REQUIRE mean what they mean to ssh.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

rules <<'EOR'
ask ssh-client arg * for any
EOR

refused_as()
{
	rm -f /home/vault/.local/state/qssh/record/ssh-client/requests
	run signs git
	expect 0 refused
	run record
	expect 0 "$1"
}

agent_env=SSH_AUTH_SOCK=$vault_run/agent

# No program that the distribution knows, no bus.
rm -f /usr/bin/ssh-askpass /usr/bin/{ksshaskpass,lxqt-openssh-askpass} /etc/alternatives/ssh-askpass /usr/lib/openssh/gnome-ssh-askpass
refused_as 'neither\x20an\x20askpass\x20program'
session $agent_env SSH_ASKPASS=/nowhere/askpass
refused_as 'neither\x20an\x20askpass\x20program'

askpass <<<'echo yes'
run signs git
expect 0 signed
session $agent_env SSH_ASKPASS=/home/vault/askpass SSH_ASKPASS_REQUIRE=never
refused_as 'neither\x20an\x20askpass\x20program'
printf '%s\n' $agent_env SSH_ASKPASS=/home/vault/askpass >/run/qubes/vault/session
refused_as 'there\x20is\x20no\x20display'
printf '%s\n' $agent_env SSH_ASKPASS=/home/vault/askpass SSH_ASKPASS_REQUIRE=force >/run/qubes/vault/session
run signs git
expect 0 signed
printf '%s\n' $agent_env SSH_ASKPASS=/home/vault/askpass WAYLAND_DISPLAY=wayland-0 >/run/qubes/vault/session
run signs git
expect 0 signed

# A bare name is looked for in PATH; the distribution's own program is found without a name.
mv /home/vault/askpass /usr/local/bin/my-askpass
session $agent_env SSH_ASKPASS=my-askpass
run signs git
expect 0 signed
mv /usr/local/bin/my-askpass /usr/bin/ssh-askpass
session $agent_env
run signs git
expect 0 signed

session $agent_env XDG_RUNTIME_DIR=/nowhere
refused_as 'there\x20is\x20no\x20runtime\x20directory'
mkdir /run/loose
chown vault /run/loose
chmod 777 /run/loose
session $agent_env XDG_RUNTIME_DIR=/run/loose
refused_as 'there\x20is\x20no\x20runtime\x20directory'

session $agent_env
rules <<'EOR'
asker none
ask ssh-client arg * for any
EOR
refused_as 'asker\x20none'
rules <<'EOR'
asker notification
ask ssh-client arg * for any
EOR
refused_as 'neither\x20an\x20askpass\x20program'
