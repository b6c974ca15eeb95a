#!/bin/bash
# SPDX-License-Identifier: ISC
# git clones, fetches, pushes and follows submodules over ssh, each time with one qrexec call for each repository.
. "$(dirname "$0")/../../lib/script.sh"

as remote sh -c 'git config --global user.name r && git config --global user.email r@host && git config --global receive.denyCurrentBranch ignore &&
	git init -q part && cd part && echo part >file && git add file && git commit -qm part &&
	cd .. && git init -q project && cd project && echo hello >file && git add file && git commit -qm first'
client sh -c 'git config --global user.name c && git config --global user.email c@client'

run client git clone -q remote@host:project
expect 0
equal "$(cat /home/ssh-client/project/file)" hello
calls 1

as remote sh -c 'cd project && git commit -q --allow-empty -m second'
run client sh -c 'cd project && git fetch -q && git log --format=%s origin/master'
expect 0 second
calls 2

run client sh -c 'cd project && git pull -q && git submodule --quiet add remote@host:part sub && git commit -qm third && git push -q'
expect 0
run as remote git -C project log --format=%s
expect 0 third
calls 5

run client sh -c 'git clone -q --recurse-submodules remote@host:project again && cat again/sub/file'
expect 0 part
calls 7
