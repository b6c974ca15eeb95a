#!/bin/bash
# SPDX-License-Identifier: ISC
# The stand-in for qrexec takes as many calls at a time as a vault's qrexec-daemon has ports. One more is refused at
# once, and a call that ends makes room for another.
. "$(dirname "$0")/../../lib/script.sh"

printf '#!/bin/sh\nexec cat\n' >/etc/qubes-rpc/qubes.SshAgent
call()
{
	client qrexec-client-vm -- vault qubes.SshAgent
}

places 2
for n in 1 2; do
	mkfifo "/tmp/in.$n"
	call <"/tmp/in.$n" >"/tmp/out.$n" &
done
exec 8>/tmp/in.1 9>/tmp/in.2
echo one >&8
echo two >&9
wait_for grep -q one /tmp/out.1
wait_for grep -q two /tmp/out.2
run call </dev/null
expect 126 'Request refused'
exec 8>&-
wait %1
run call <<<three
expect 0 three

# Without a number of its own a vault takes 128: 127, and the one that still stands.
rm /run/qubes/places
run python ssh-client <<'EOP'
import subprocess
command = ["qrexec-client-vm", "--", "vault", "qubes.SshAgent"]
calls = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(127)]
for c in calls:
    c.stdin.write(b"x")
    c.stdin.flush()
for c in calls:
    same(c.stdout.read(1), b"x")
same(subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode, 126)
EOP
expect 0
