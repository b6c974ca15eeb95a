#!/bin/bash
# SPDX-License-Identifier: ISC
# Programs that read ssh_config and are not OpenSSH use the vault by the drop-in as ssh does, and keep to an agent that
# a person chose.
. "$(dirname "$0")/../../lib/script.sh"

# libssh, as KDE, Ansible and remmina use it: prints whether the agent let it in.
cat >/home/ssh-client/libssh.py <<'PROGRAM'
import ctypes
ssh = ctypes.CDLL("libssh.so.4")
ssh.ssh_new.restype = ctypes.c_void_p
session = ctypes.c_void_p(ssh.ssh_new())
HOST, USER = 0, 4
ssh.ssh_options_set(session, HOST, b"host")
ssh.ssh_options_set(session, USER, b"remote")
ssh.ssh_options_parse_config(session, None)
assert ssh.ssh_connect(session) == 0
ssh.ssh_userauth_none(session, None)
print("in" if ssh.ssh_userauth_agent(session, None) == 0 else "refused")
PROGRAM

# asyncssh reads only the files that it is told to.
cat >/home/ssh-client/asynchronous.py <<'PROGRAM'
import asyncio, asyncssh
async def main():
    try:
        async with asyncssh.connect("host", username="remote", config=["/etc/ssh/ssh_config"], known_hosts=None) as c:
            print((await c.run("echo in")).stdout)
    except asyncssh.PermissionDenied:
        print("refused")
asyncio.run(main())
PROGRAM

client ssh-keygen -q -t ed25519 -N '' -f own
client ssh-agent -a own.sock >/dev/null
client SSH_AUTH_SOCK=own.sock ssh-add -q own

for program in libssh asynchronous; do
	made=$(calls_made)
	run client python3 $program.py
	expect 0 in
	calls $((made + 1))
	run client SSH_AUTH_SOCK=$socket python3 $program.py
	expect 0 in
	calls $((made + 2))
	# The host does not know this agent's key.
	run client SSH_AUTH_SOCK=/home/ssh-client/own.sock python3 $program.py
	expect 0 refused
	calls $((made + 2))
done

# paramiko looks a host up in the same files, and finds nothing that it can't read.
run client python3 -c 'import paramiko; print(paramiko.SSHConfig.from_path("/etc/ssh/ssh_config").lookup("host"))'
expect 0 "'hostname': 'host'"
