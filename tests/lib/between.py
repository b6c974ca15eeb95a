# SPDX-License-Identifier: ISC
"""ssh-agent and ssh-add for OpenSSH's own tests: the real ones, with qssh-filter in front of the agent's socket for whatever the filter passes.

usage: between.py ssh-agent ARGS...	starts the agent; the socket that it prints is the filter's
       between.py ssh-add ARGS...	lists and tests keys at the filter's socket, and does all else at the agent's own

QSSH_TEST_VAULT is the filter's home, with its rules, and holds its run directory run.
"""

import os
import re
import signal
import socket
import subprocess
import sys

FRONT = ".filter"


def serve(listener, agent):
    """One filter for each connection."""
    vault = os.environ["QSSH_TEST_VAULT"]
    filtered = {"HOME": vault, "XDG_RUNTIME_DIR": vault + "/run", "SSH_AUTH_SOCK": agent, "PATH": os.environ["PATH"]}
    filtered.update(QREXEC_REMOTE_DOMAIN="tests", QREXEC_SERVICE_ARGUMENT="")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        client = listener.accept()[0]
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(client.fileno(), 0)
            os.dup2(client.fileno(), 1)
            os.execve("/usr/lib/qssh/qssh-filter", ["qssh-filter"], filtered)
        client.close()


def agent_run(arguments):
    real = "/usr/bin/ssh-agent"
    if "-k" in arguments:
        os.execv(real, [real, *arguments])
    started = subprocess.run([real, *arguments], stdout=subprocess.PIPE, text=True)
    found = re.search("SSH_AUTH_SOCK[= ]([^;]+);", started.stdout)
    if started.returncode != 0 or not found:
        sys.stdout.write(started.stdout)
        sys.exit(started.returncode)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(found[1] + FRONT)
    listener.listen(64)
    print(started.stdout.replace(found[1], found[1] + FRONT), end="", flush=True)
    if os.fork() == 0:
        os.setsid()
        null = os.open("/dev/null", os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        serve(listener, found[1])


def add_run(arguments):
    if not {"-l", "-L", "-T"} & set(arguments):
        os.environ["SSH_AUTH_SOCK"] = os.environ.get("SSH_AUTH_SOCK", "").removesuffix(FRONT)
    os.execv("/usr/bin/ssh-add", ["ssh-add", *arguments])


(agent_run if sys.argv[1] == "ssh-agent" else add_run)(sys.argv[2:])
