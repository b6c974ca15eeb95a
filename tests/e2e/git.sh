#!/bin/bash
# git clones over ssh.
. "$(dirname "$0")/../lib/script.sh"

as remote sh -c 'git init -q project && cd project && echo hello >file && git add file &&
	git -c user.name=r -c user.email=r@host commit -qm first'
run client git clone -q remote@host:project
expect 0
equal "$(cat /home/ssh-client/project/file)" hello
calls 1
