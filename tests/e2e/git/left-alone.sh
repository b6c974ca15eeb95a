#!/bin/bash
# SPDX-License-Identifier: ISC
# No sentence goes to a terminal for a signature that git asks for in the background, whose errors the person sent
# elsewhere, or into the pipe of another program.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/git.sh"

git_person
policy </dev/null
commit='git commit -q -S --allow-empty -m signed'

typed "$commit"
seen 1 'dom0 refused'

# In a shell with job control a job in the background has a process group of its own.
typed "set -m; $commit & wait \$!"
expect 128 error:
seen 0
for command in "$commit 2>errors" "$commit 2>&1 | cat" "sh -c '$commit' 2>&1 | cat" "setsid -w $commit" \
    "QSSH_QUIET=1 $commit"; do
	typed "$command"
	seen 0
done
equal "$(client grep -c 'error:' project/errors)" 1
run client grep qssh: project/errors
expect 1

# A program that takes ssh-keygen's words as git does, but is not git; then by git's name.
client tee taker.py >/dev/null <<'EOP'
import subprocess, sys
print("taken:", subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", "../key.pub"], input=b"x", capture_output=True).stderr)
EOP
typed 'python3 ../taker.py'
expect 0 "taken: b"
seen 0
client cp "$(readlink -f /usr/bin/python3)" git
typed '../git ../taker.py'
expect 0 "taken: b"
seen 1 'dom0 refused'
