#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Reads what a program printed, and tells of each byte that a terminal would obey, or that shows text other than it
is: all but printable ASCII, newlines, our own marks, and letters that text_untrusted() lets through.

    inert.py < OUTPUT

Exits with 1 after naming the lines. At a terminal each newline is CR and LF.
"""
import sys
import unicodedata

OURS = "\n…"


def is_inert(c):
    return c in OURS or " " <= c <= "~" or (c > "\u00bf" and unicodedata.category(c) in ("Lu", "Ll", "Lo", "Lm"))


def main():
    found = False
    for number, line in enumerate(sys.stdin.buffer.read().replace(b"\r\n", b"\n").split(b"\n"), 1):
        try:
            bad = sorted({hex(ord(c)) for c in line.decode() if not is_inert(c)})
        except UnicodeDecodeError as e:
            bad = [str(e)]
        if bad:
            print("line %d: %s: %r" % (number, " ".join(bad), line[:200]))
            found = True
    sys.exit(found)


main()
