# SPDX-License-Identifier: ISC
"""Requests to sign, from the client qube, one connection each, all at once.

usage: signs.py [--call] WHAT...

With --call each connection is a qrexec call of its own, without qssh-client: for qubes that have no user manager, and to hang up just so.

WHAT is `git` (an SSHSIG), `file` (an SSHSIG of another namespace), `bytes:N` (N unknown bytes), `pam:USER` (as sudo asks for by pam_ssh_agent_auth), or `login:USER` (to an unknown host). Prints the answer
to each in order: signed, refused, or closed. `hangup:SECONDS:WHAT` asks and hangs up after so long.
"""

import os
import socket
import subprocess
import sys
import threading
import time

from agentwire import *


class Call(Agent):
    def __init__(self, timeout=20):
        self.sock, theirs = socket.socketpair()
        self.sock.settimeout(timeout)
        command = ["qrexec-client-vm", "--use-stdin-socket", "vault", "qubes.SshAgent"]
        self.call = subprocess.Popen(command, stdin=theirs)
        theirs.close()

    def close(self):
        super().close()
        self.call.wait(20)


def connect(timeout=20):
    return Call(timeout=timeout) if direct else Agent(timeout=timeout)


def key():
    agent = connect()
    found = identities(agent.ask(frame(LIST)))[0][0]
    agent.close()
    return found


def pam(user):
    """What pam_ssh_agent_auth signs for sudo, with a fresh cookie."""
    words = [os.urandom(16), user, "me", "sudo", "/home/me", "sudo id", "build.corp"]
    session = u32(101) + b"".join(string(w) for w in words) + bytes(8)
    return string(session) + bytes([50]) + string(user) + string("pam_ssh_agent_auth") + string("publickey") + b"\1" + string("ssh-ed25519") + string(KEY)


def payload(what):
    word, _, rest = what.partition(":")
    if word == "git":
        return sshsig("git", b"x")
    if word == "file":
        return sshsig("file", b"x")
    if word == "pam":
        return pam(rest)
    if word == "bytes":
        return bytes(int(rest))
    return userauth("s" * 32, rest, KEY)


def one(i, what):
    agent = connect(timeout=110)
    if what.startswith("hangup:"):
        _, seconds, what = what.split(":", 2)
        agent.send(sign_request(KEY, payload(what)))
        time.sleep(float(seconds))
        agent.close()
        return
    reply = agent.ask(sign_request(KEY, payload(what)))
    results[i] = "closed" if reply is None else "signed" if reply[0] == SIGNATURE else "refused"
    agent.close()


direct = sys.argv[1:2] == ["--call"]
wanted = sys.argv[2:] if direct else sys.argv[1:]
KEY = key()
results = ["hung up"] * len(wanted)
threads = [threading.Thread(target=one, args=pair) for pair in enumerate(wanted)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(*results)
