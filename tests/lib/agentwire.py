# SPDX-License-Identifier: ISC
"""The agent protocol (RFC 9987) as raw as a test wants it: for hostile clients, and for the agents that tests put behind qssh."""

import hashlib
import os
import socket
import struct
import subprocess
import sys
import time

FAILURE, SUCCESS = 5, 6
SSH1_REMOVE_ALL = 9
LIST, IDENTITIES = 11, 12
SIGN, SIGNATURE = 13, 14
ADD, REMOVE, REMOVE_ALL = 17, 18, 19
SMARTCARD_ADD, SMARTCARD_REMOVE = 20, 21
LOCK, UNLOCK = 22, 23
ADD_CONSTRAINED, SMARTCARD_ADD_CONSTRAINED = 25, 26
EXTENSION, EXTENSION_FAILURE, EXTENSION_RESPONSE = 27, 28, 29

MAX = 256 * 1024  # a frame's body, the type included

SOCKET = "/run/user/47001/qssh/default"


def u32(n):
    return struct.pack(">I", n)


def string(b):
    b = b.encode() if isinstance(b, str) else b
    return u32(len(b)) + b


def frame(kind, body=b""):
    return u32(len(body) + 1) + bytes([kind]) + body


def take_string(b):
    (n,) = struct.unpack(">I", b[:4])
    if len(b) < 4 + n:
        raise ValueError("string runs over the end")
    return b[4 : 4 + n], b[4 + n :]


def sign_request(key, data, flags=None):
    """flags: for an RSA key, SHA-512 unless they are given, as SHA-1 is refused."""
    if flags is None:
        flags = 4 if key.startswith(string("ssh-rsa")) else 0
    return frame(SIGN, string(key) + string(data) + u32(flags))


def userauth(session, user, key, algorithm="ssh-ed25519"):
    """What a login signs."""
    return (
        string(session) + bytes([50]) + string(user) + string("ssh-connection") + string("publickey") + b"\1" + string(algorithm) + string(key)
    )


def certificate(kind, fields, authority, principal):
    """What a CA signs for a user: all of a certificate but the signature. fields: the key's, behind its type."""
    life = bytes(8) + b"\xff" * 8
    return (
        string(kind) + string(b"n" * 32) + fields + bytes(8) + u32(1) + string("id") + string(string(principal)) + life + string("") * 3 + string(authority)
    )


def sshsig(namespace, message):
    """What `ssh-keygen -Y sign` signs."""
    return b"SSHSIG" + string(namespace) + string("") + string("sha512") + string(hashlib.sha512(message).digest())


def identities(reply):
    """[(key, comment)] of an answer to LIST, an (kind, body) pair."""
    kind, body = reply
    if kind != IDENTITIES:
        raise ValueError(f"answer {kind} to LIST")
    (n,), body = struct.unpack(">I", body[:4]), body[4:]
    keys = []
    for _ in range(n):
        key, body = take_string(body)
        comment, body = take_string(body)
        keys.append((key, comment.decode()))
    if body:
        raise ValueError("bytes after the identities")
    return keys


def receive(sock, n):
    """n bytes, or fewer at the end of the stream."""
    got = b""
    while len(got) < n:
        part = sock.recv(n - len(got))
        if not part:
            break
        got += part
    return got


class Agent:
    """A connection to an agent socket. Waits 20 s at most for anything."""

    def __init__(self, path=SOCKET, timeout=20):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        self.sock.connect(path)

    def send(self, data):
        self.sock.sendall(data)

    def reply(self):
        """The next answer as (kind, body), or None at the end of the stream."""
        head = receive(self.sock, 4)
        if head == b"":
            return None
        if len(head) < 4:
            raise ValueError("end inside a length")
        (n,) = struct.unpack(">I", head)
        body = receive(self.sock, n)
        if n == 0 or len(body) < n:
            raise ValueError(f"frame of {n} bytes, {len(body)} came")
        return body[0], body[1:]

    def ask(self, data):
        self.send(data)
        return self.reply()

    def half_close(self):
        self.sock.shutdown(socket.SHUT_WR)

    def close(self):
        self.sock.close()


class Call(Agent):
    """A qrexec call to a vault without qssh-client, as a hostile client qube makes it."""

    def __init__(self, target, service="qubes.SshAgent", timeout=20):
        self.sock, theirs = socket.socketpair()
        self.sock.settimeout(timeout)
        self.program = subprocess.Popen(
            [os.environ.get("QSSH_QREXEC_CLIENT_VM", "/usr/bin/qrexec-client-vm"), "--use-stdin-socket", "--", target, service], stdin=theirs
        )
        theirs.close()


def same(got, want):
    if got != want:
        print(f"got:  {got!r:.300}\nwant: {want!r:.300}")
        sys.exit(1)
