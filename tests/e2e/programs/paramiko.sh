#!/bin/bash
# SPDX-License-Identifier: ISC
# paramiko, as Debian packages it, logs in with the vault's key, also where the right one is not the first that it tries
# on its one connection.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

login()
{
	run client SSH_AUTH_SOCK=$socket python3 -W ignore -c '
import paramiko
c = paramiko.SSHClient()
c.load_system_host_keys("/etc/ssh/ssh_known_hosts")
c.connect("host", username="remote", look_for_keys=False)
print(c.exec_command("id -un")[1].read().decode(), end="")
c.close()
'
}

login
expect 0
equal "$output" remote
calls 1

# It signs with every key in turn: one use each.
vault_keys id_ecdsa id_ed25519
ssh-keygen -y -f /home/vault/.ssh/id_ed25519 >/home/remote/.ssh/authorized_keys
rules <<<'allow * uses 2'
login
expect 0
equal "$output" remote
