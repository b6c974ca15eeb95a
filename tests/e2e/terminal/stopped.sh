#!/bin/bash
# SPDX-License-Identifier: ISC
# A terminal that Ctrl-S has stopped holds nothing up, and somebody else's terminal is not written to.
. "$(dirname "$0")/../../lib/script.sh"

policy </dev/null
cat >/root/stopped.py <<'PROGRAM'
import os, pty, subprocess, sys, termios, time
master, slave = pty.openpty()
os.fchown(slave, 47001, 47001)
if sys.argv[1] == "stopped":
    termios.tcflow(slave, termios.TCOOFF)
elif sys.argv[1] == "other":
    os.fchown(slave, 47004, 47004)
# ssh's own words go to a file: it would wait for the terminal, as it should.
command = [*sys.argv[2:], "ssh", "-E", "/dev/null", "remote@host", "true"]
begun = time.monotonic()
status = subprocess.run(command, stdin=slave, stdout=slave, stderr=slave, timeout=20).returncode
termios.tcflow(slave, termios.TCOON)
os.set_blocking(master, False)
time.sleep(0.1)
try:
    text = os.read(master, 4096).decode()
except BlockingIOError:
    text = ""
print(f"status {status}, {'soon' if time.monotonic() - begun < 5 else 'late'}: {text}")
PROGRAM

# pty KIND: runs ssh on a pseudo-terminal of that kind, as the client.
on_terminal()
{
	run python3 /root/stopped.py "$1" setpriv --reuid=47001 --regid=47001 --clear-groups env -i HOME=/home/ssh-client PATH="$PATH" \
	    XDG_RUNTIME_DIR=/run/user/47001
}

on_terminal own
expect 0 'status 255, soon: qssh: dom0 refused'
on_terminal stopped
expect 0 'status 255, soon: '
lacks qssh:
on_terminal other
expect 0 'status 255, soon: '
lacks qssh:
calls 3
