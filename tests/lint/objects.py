#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What compiled objects and programs must not hold.

Usage:
  objects.py globals OBJECT...     no variable outside a program's main file can be written, but for buffers inside a function
  objects.py pure OBJECT...        these objects, the pure folders, need nothing but each other and a few functions of their arguments alone
  objects.py libraries PROGRAM...  a program needs libc and nothing else, and is linked as hardening wants
"""

import pathlib
import re
import subprocess
import sys

# What the pure core may call of libc: no I/O, no clock, no environment, no memory but the caller's.
PURE = set(
    "memchr memrchr memcmp bcmp memcpy memmove memset memmem"
    " inet_pton strlen strnlen strcmp strncmp strcasecmp strncasecmp strchr strrchr strchrnul strstr strspn strcspn"
    " __memcpy_chk __memmove_chk __memset_chk __stack_chk_fail _GLOBAL_OFFSET_TABLE_".split()
)

# What relocation alone writes to; read-only once the program runs (-z relro).
WRITABLE = re.compile(r"\.(data|bss|tdata|tbss)(?!\.rel\.ro)|\*COM\*")

# A variable inside a function: the compiler adds a number (gcc) or puts the function's name in front (clang).
LOCAL = re.compile(r".\..")

# A static of a function is a buffer that would be too large for its stack: anything smaller is state.
BUFFER_MIN = 256

# The one program with a library, and what that library brings along.
EXTRA = {
    "qssh-notify": {
        "libnotify.so.4",
        "libgio-2.0.so.0",
        "libglib-2.0.so.0",
        "libgobject-2.0.so.0",
        "libgdk_pixbuf-2.0.so.0",
    }
}

# glibc on x86-64 and the rest, and musl.
LIBC = re.compile(r"libc\.so(\.6)?")

SYMBOL = re.compile(r"^[0-9a-f]+ (?P<flags>.{7}) (?P<section>\S+)\s+(?P<size>[0-9a-f]+)\s+(?:\.hidden )?(?P<name>\S+)$")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(path):
    for line in output("objdump", "-t", path).splitlines():
        match = SYMBOL.match(line)
        if match:
            yield match


def check_globals(path):
    found = list(symbols(path))
    if any(s["name"] == "main" for s in found):
        return
    for s in found:
        if "d" in s["flags"] or not WRITABLE.match(s["section"]):  # d: the section itself
            continue
        if not LOCAL.search(s["name"]):
            yield f"{path}: {s['name']} is a variable outside a function"
        elif int(s["size"], 16) < BUFFER_MIN:
            yield f"{path}: {s['name']} keeps state in a function, {int(s['size'], 16)} bytes"


def check_pure(paths):
    found = {path: list(symbols(path)) for path in paths}
    defined = {s["name"] for each in found.values() for s in each if s["section"] != "*UND*"}
    for path, each in found.items():
        for s in each:
            if s["section"] == "*UND*" and s["name"] not in defined | PURE:
                yield f"{path}: a pure folder may not call {s['name']}"


def check_libraries(path):
    dynamic = output("readelf", "-d", path)
    for needed in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if not LIBC.fullmatch(needed) and needed not in EXTRA.get(pathlib.Path(path).name, ()):
            yield f"{path}: needs {needed}"
    segments = output("readelf", "-lh", path)
    wanted = {
        "a position-independent executable": re.search(r"Type:\s+DYN", segments),
        "-z relro": "GNU_RELRO" in segments,
        "-z now": "BIND_NOW" in dynamic or re.search(r"FLAGS_1.*\bNOW\b", dynamic),
        "a stack that is not executable": re.search(r"GNU_STACK(\s+0x\w+){5}\s+RW ", segments),
    }
    for what, there in wanted.items():
        if not there:
            yield f"{path}: is not linked with {what}"


def main():
    kind, paths = sys.argv[1], sys.argv[2:]
    if not paths:
        sys.exit(f"{kind}: nothing to check")
    if kind == "pure":
        problems = list(check_pure(paths))
    else:
        check = {"globals": check_globals, "libraries": check_libraries}[kind]
        problems = [problem for path in paths for problem in check(path)]
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
