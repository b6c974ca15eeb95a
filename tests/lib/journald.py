# SPDX-License-Identifier: ISC
"""A journal for tests: what systemd-journald listens on, and each entry written to a file as lines KEY=VALUE with an empty line after.

usage: journald.py FILE

Understands the native protocol (datagrams, or a memfd for long ones: systemd.io/JOURNAL_NATIVE_PROTOCOL) and the streams that a unit's
StandardError=journal opens, whose lines become MESSAGE= entries.
"""

import array
import os
import selectors
import socket
import struct
import sys

DIR = "/run/systemd/journal/"
out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def write(fields):
    os.write(out, b"".join(k + b"=" + v.replace(b"\n", b"\\n") + b"\n" for k, v in fields) + b"\n")


def parse(data):
    fields = []
    while data:
        line, _, data = data.partition(b"\n")
        if b"=" in line:
            fields.append(tuple(line.split(b"=", 1)))
        elif line:
            (n,) = struct.unpack("<Q", data[:8])
            fields.append((line, data[8 : 8 + n]))
            data = data[9 + n :]
    return fields


def native(sock):
    data, anc, _, _ = sock.recvmsg(1 << 20, socket.CMSG_SPACE(4))
    for level, kind, fds in anc:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fd = array.array("i", fds)[0]
            data = os.pread(fd, os.fstat(fd).st_size, 0)
            os.close(fd)
    write(parse(data))


def stream(sock):
    """The header is seven lines: identifier, unit, priority, prefixed?, and three forwards."""
    streams[sock] += sock.recv(65536)
    *lines, streams[sock] = streams[sock].split(b"\n")
    for line in lines:
        if headers[sock] < 7:
            headers[sock] += 1
        elif line:
            write([(b"MESSAGE", line)])


def bind(name, kind):
    sock = socket.socket(socket.AF_UNIX, kind)
    sock.bind(DIR + name)
    os.chmod(DIR + name, 0o666)
    return sock


os.makedirs(DIR, exist_ok=True)
streams, headers = {}, {}
selector = selectors.DefaultSelector()
listener = bind("stdout", socket.SOCK_STREAM)
listener.listen(64)
selector.register(listener, selectors.EVENT_READ)
datagrams = bind("socket", socket.SOCK_DGRAM)
selector.register(datagrams, selectors.EVENT_READ)
while True:
    for key, _ in selector.select():
        sock = key.fileobj
        if sock is datagrams:
            native(sock)
        elif sock is listener:
            conn, _ = sock.accept()
            streams[conn], headers[conn] = b"", 0
            selector.register(conn, selectors.EVENT_READ)
        elif sock.recv(1, socket.MSG_PEEK):
            stream(sock)
        else:
            selector.unregister(sock)
            sock.close()
