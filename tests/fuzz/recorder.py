# SPDX-License-Identifier: ISC
"""Stands between clients and an agent, keeps each message, and cuts what it kept into the fuzzers' inputs.

usage: recorder.py record AGENT SOCKET DIR
       recorder.py cut DIR CORPUS
"""

import hashlib
import os
import socket
import struct
import sys
import threading

LIST, SIGN, EXTENSION, IDENTITIES = 11, 13, 27, 12


def receive(sock):
    """One frame's body; empty at the end."""
    head = sock.recv(4, socket.MSG_WAITALL)
    return sock.recv(struct.unpack(">I", head)[0], socket.MSG_WAITALL) if len(head) == 4 else b""


def keep(directory, kind, body):
    with open(os.path.join(directory, f"{kind}-{hashlib.sha256(body).hexdigest()[:16]}"), "wb") as f:
        f.write(body)


def serve(client, path, directory):
    agent = socket.socket(socket.AF_UNIX)
    agent.connect(path)
    while request := receive(client):
        keep(directory, "request", request)
        agent.sendall(struct.pack(">I", len(request)) + request)
        answer = receive(agent)
        keep(directory, "answer", answer)
        client.sendall(struct.pack(">I", len(answer)) + answer)


def record(path, sock, directory):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sock)
    listener.listen()
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, path, directory), daemon=True).start()


def take(b):
    (n,) = struct.unpack(">I", b[:4])
    return b[4 : 4 + n], b[4 + n :]


def shape(fuzzer, body):
    """Inputs that differ only in random bytes count as one."""
    text = bytes(c for c in body if 97 <= c <= 122 or c in b"-@.0123456789")
    return fuzzer, len(body), text[:12]


def cut(directory, corpus):
    seen = set()

    def put(fuzzer, body):
        if shape(fuzzer, body) in seen or len(body) > 4096:
            return
        seen.add(shape(fuzzer, body))
        os.makedirs(os.path.join(corpus, fuzzer), exist_ok=True)
        keep(os.path.join(corpus, fuzzer), "captured", body)

    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), "rb") as f:
            body = f.read()
        if name.startswith("request-"):
            put("request", body)
            put("frame", bytes([len(body) % 256]) + (struct.pack(">I", len(body)) + body) * 2)
            if body[0] == SIGN:
                key, rest = take(body[1:])
                data, _ = take(rest)
                put("signed", struct.pack(">I", len(key)) + key + data)
                put("key", key)
                put("sentence", b"\3\3git\4host\6laptop\0" + data)
            if body[0] == EXTENSION:
                put("key", take(take(body[1:])[1])[0])
        elif name.startswith("answer-"):
            if body[:1] == bytes([IDENTITIES]):
                put("identities", body)
                rest = body[5:]
                while rest:
                    blob, rest = take(rest)
                    _, rest = take(rest)
                    put("key", blob)
        else:
            put("hosts", body)
    put("hosts", b"good.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEdHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dH\n")
    put("hosts", b"@cert-authority *.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEdHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dH\n@revoked * ssh-ed25519 AAAA\n")


if sys.argv[1] == "record":
    record(*sys.argv[2:])
else:
    cut(*sys.argv[2:])
