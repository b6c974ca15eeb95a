# SPDX-License-Identifier: ISC
"""qubesdb's daemon, as far as reading goes: qubesdbd.py SOCKET FILE. FILE has lines KEY VALUE, read for each question.

Source: core-qubesdb, include/qubesdb.h and daemon/db-cmds.c."""
import contextlib
import os
import socket
import struct
import sys
import threading

HEADER = struct.Struct("=B64s3xI")
READ, NO_ENTRY, ERROR, VALUE = 0, 8, 9, 10


def entries(path):
    with open(path) as lines:
        return dict(line.rstrip("\n").split(" ", 1) for line in lines)


def answer(question, path):
    kind, key, length = HEADER.unpack(question)
    value = entries(path).get(key.rstrip(b"\0").decode())
    if kind != READ or length != 0:
        return HEADER.pack(ERROR, key, 0)
    if value is None:
        return HEADER.pack(NO_ENTRY, key, 0)
    return HEADER.pack(VALUE, key, len(value)) + value.encode()


def serve(connection):
    """As many questions as it asks. Whoever asks may be killed meanwhile."""
    with connection, contextlib.suppress(OSError):
        while len(question := connection.recv(HEADER.size, socket.MSG_WAITALL)) == HEADER.size:
            connection.sendall(answer(question, sys.argv[2]))


listener = socket.socket(socket.AF_UNIX)
os.umask(0)
listener.bind(sys.argv[1])
listener.listen(128)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
