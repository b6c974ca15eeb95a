#!/bin/bash
# SPDX-License-Identifier: ISC
# A client that opens as many silent calls as it can keeps no other client from logging in within a second, and one call
# of its own works again as soon as others have ended. Calls beyond its share are ended at once, with a sentence.
. "$(dirname "$0")/../../lib/script.sh"

policy <<'EOP'
qubes.SshAgent * @anyvm vault allow
qubes.SshAgent * @anyvm @default allow target=vault
EOP
as work-vault mkdir -p .ssh
as work-vault tee .ssh/config >/dev/null <<'EOC'
ProxyCommand /usr/bin/qssh proxy %h %p
IdentityAgent ~/.ssh/qssh/%C
ControlPath ~/.ssh/master-%C
EOC
run as work-vault ssh remote@host id -un
expect 0 remote

# 300 calls that say one thing and then nothing: what qrexec has places for is here, and of that as much as the share
# allows.
cat >/run/world/hostile <<'EOP'
import subprocess, sys
sys.path.insert(0, "/tests/lib")
from agentwire import *
command = ["qrexec-client-vm", "--", "vault", "qubes.SshAgent"]
calls = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(300)]
for c in calls:
    try:
        c.stdin.write(frame(LIST))
        c.stdin.flush()
    except BrokenPipeError:
        pass
while True:
    alive = sum(c.poll() is None for c in calls)
    with open("alive", "w") as f:
        print(alive, file=f)
    time.sleep(0.1)
EOP
client env PYTHONDONTWRITEBYTECODE=1 python3 /run/world/hostile &
settled()
{
	[ "$(cat /home/ssh-client/alive)" = 100 ]
}
wait_for settled

begin=${EPOCHREALTIME/[.,]/}
run as work-vault ssh remote@host id -un
took=$(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
expect 0 remote
echo "the other client's login took $took ms"
[ $took -lt 1000 ] || fail "the other client's login took $took ms"

run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 1
wait_for grep -q 'takes no more calls of this qube at once' /run/user/47001/qssh-calls
pkill -u ssh-client -f hostile
wait_for none_running
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0 ED25519
