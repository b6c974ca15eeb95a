"""Requests to sign, from the client qube, one connection each, all at once.

usage: signs.py WHAT...

WHAT is `git` (an SSHSIG), `file` (an SSHSIG of another namespace), `bytes:N` (N unknown bytes), or `login:USER` (to an unknown host). Prints the answer
to each in order: signed, refused, or closed. `hangup:SECONDS:WHAT` asks and hangs up after so long.
"""

import sys
import threading
import time

from agentwire import *


def key():
    return identities(Agent().ask(frame(LIST)))[0][0]


def payload(what):
    word, _, rest = what.partition(":")
    if word == "git":
        return sshsig("git", b"x")
    if word == "file":
        return sshsig("file", b"x")
    if word == "bytes":
        return bytes(int(rest))
    return userauth("s" * 32, rest, KEY)


def one(i, what):
    agent = Agent(timeout=110)
    if what.startswith("hangup:"):
        _, seconds, what = what.split(":", 2)
        agent.send(sign_request(KEY, payload(what)))
        time.sleep(float(seconds))
        agent.close()
        return
    reply = agent.ask(sign_request(KEY, payload(what)))
    results[i] = "closed" if reply is None else "signed" if reply[0] == SIGNATURE else "refused"


KEY = key()
results = ["hung up"] * (len(sys.argv) - 1)
threads = [threading.Thread(target=one, args=pair) for pair in enumerate(sys.argv[1:])]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(*results)
