#!/bin/bash
# SPDX-License-Identifier: ISC
# scp, sftp and git work, and megabytes come through whole both ways.
. "$(dirname "$0")/../../lib/proxy.sh"

head -c 20000000 /dev/urandom >/home/ssh-client/big
sum=$(sha256sum </home/ssh-client/big)
as remote sh -c 'git init -q project && cd project && echo hello >file && git add file &&
	git -c user.name=r -c user.email=r@host commit -qm first'
for form in passed relayed; do
	run client scp -q -F $form big remote@host:copy
	expect 0
	equal "$(sha256sum </home/remote/copy)" "$sum"
	run client scp -q -F $form remote@host:copy back
	expect 0
	equal "$(sha256sum </home/ssh-client/back)" "$sum"
	run client sh -c "ssh -F $form remote@host cat <big | sha256sum"
	equal "$output" "$sum"
	run client sh -c "echo ls | sftp -q -F $form remote@host"
	expect 0 project
	run client GIT_SSH_COMMAND="ssh -F $form" git clone -q remote@host:project project-$form
	expect 0
	equal "$(cat /home/ssh-client/project-$form/file)" hello
done
gone
