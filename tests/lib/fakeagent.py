# SPDX-License-Identifier: ISC
"""An agent that remembers what it is told, and misbehaves as asked.

usage: fakeagent.py SOCKET LOG MODE
       fakeagent.py --key		prints the public key that it lists

LOG gets a line per message, its number, and `connect` per connection. MODE is what an agent does with each message:
record   answers LIST with one key, SIGN with a signature of no worth, all else SUCCESS, and lives on
close    closes at once
vanish   reads one message, then closes
hang     never answers
silent   answers LIST, but never SIGN
half     answers the first half of a message, then hangs
garbage  answers bytes that are not a message
huge     announces 4 GiB
many     announces more identities than it names
wrong    answers SIGN with identities and LIST with a signature
extra    answers a right message with bytes after it, inside the frame
big      answers LIST with as many keys as fit in 256 KiB, one byte too many being refused
late     answers after 3 s
types    answers LIST with keys of types that are newer than this program or made up, and SIGN as record does
"""

import base64
import sys
import threading

from agentwire import *

KEY = string("ssh-ed25519") + string(bytes(range(32)))
ONE = u32(1) + string(KEY) + string("fake")
SIGNED = string(string("ssh-ed25519") + string(bytes(64)))

if sys.argv[1] == "--key":
    print("ssh-ed25519", base64.b64encode(KEY).decode(), "fake")
    sys.exit()
path, log, mode = sys.argv[1:4]


MADE_UP = string("ssh-made-up@example.org") + string(b"m" * 50) + b"and more"
MLDSA_KEY = string(b"d" * (1312 + 32))
MLDSA = string("ssh-mldsa44-ed25519@openssh.com") + MLDSA_KEY
MLDSA_CERT = certificate("ssh-mldsa44-ed25519-cert-v01@openssh.com", MLDSA_KEY, KEY, "remote") + string("signature")
UNKNOWN_CERT = certificate("ssh-made-up-cert-v01@example.org", string(b"m" * 50), KEY, "remote") + string("signature")
TYPES = u32(4) + b"".join(
    string(k) + string(c) for k, c in ((MADE_UP, "made up"), (MLDSA, "mldsa"), (MLDSA_CERT, "mldsa cert"), (UNKNOWN_CERT, "unknown cert"))
)


def note(word):
    with open(log, "a") as f:
        f.write(f"{word}\n")


def right(kind):
    return {LIST: frame(IDENTITIES, ONE), SIGN: frame(SIGNATURE, SIGNED)}.get(kind, frame(SUCCESS))


def big():
    """An answer of exactly 256 KiB."""
    room = MAX - 1 - 4
    each = len(string(KEY)) + 4
    n = room // each // 4
    body = u32(n) + (string(KEY) + string("")) * (n - 1)
    return frame(IDENTITIES, body + string(KEY) + string("x" * (room - (n - 1) * each - each)))


def answer(conn, kind):
    if mode == "record" or (mode == "silent" and kind != SIGN):
        conn.sendall(right(kind))
    elif mode == "half":
        conn.sendall(right(kind)[: len(right(kind)) // 2])
    elif mode == "garbage":
        conn.sendall(b"\0\0\0\5SSH-2.0-what is this\r\n")
    elif mode == "huge":
        conn.sendall(b"\xff\xff\xff\xff" + bytes([IDENTITIES]))
    elif mode == "many":
        conn.sendall(frame(IDENTITIES, u32(2) + ONE[4:]))
    elif mode == "wrong":
        conn.sendall(right(SIGN if kind == LIST else LIST))
    elif mode == "extra":
        whole = right(kind)
        conn.sendall(frame(whole[4], whole[5:] + b"\0"))
    elif mode == "big":
        conn.sendall(big() if kind == LIST else right(kind))
    elif mode == "types":
        conn.sendall(frame(IDENTITIES, TYPES) if kind == LIST else right(kind))
    elif mode == "late":
        time.sleep(3)
        conn.sendall(right(kind))


def serve(conn):
    note("connect")
    while mode != "close":
        head = receive(conn, 4)
        if len(head) < 4:
            break
        body = receive(conn, struct.unpack(">I", head)[0])
        if not body:
            break
        note(body[0])
        if mode == "vanish":
            break
        try:
            answer(conn, body[0])
        except OSError:
            break
    conn.close()


listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(path)
listener.listen(64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
