#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs the unit tests of a coverage build (B), and prints how many lines of each file they reached, and the lines that they did not.

Usage: cover.py FOLDER... or FOLDER/NOUN...

A line that no test can or should reach stands in tests/lint/unreached with its reason. Exit 1 for any other, and for one that is reached.
"""

import gzip
import json
import os
import pathlib
import subprocess
import sys

BUILD = pathlib.Path(os.environ.get("B", "build/cover"))
UNREACHED = pathlib.Path("tests/lint/unreached")


def run_units():
    for data in BUILD.rglob("*.gcda"):
        data.unlink()
    tests = sorted(BUILD.glob("unit/*/*_test"))
    for test in tests:
        if subprocess.run([test], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120).returncode != 0:
            sys.exit(f"{test} fails")
    if not tests:
        sys.exit(f"{BUILD}/unit: no tests")


def nouns(names):
    """The nouns that the arguments name, a folder for all of its own."""
    for name in names:
        yield from [name] if "/" in name else sorted(f"{name}/{path.stem}" for path in pathlib.Path("qssh", name).glob("*.c"))


def counts(noun):
    """How often each line with code was run, by its number."""
    data = BUILD / f"{noun}.gcda"
    if not data.exists():
        sys.exit(f"{noun}: no unit test links it")
    found = subprocess.run(["gcov", "--json-format", "--stdout", data], check=True, capture_output=True).stdout
    if found[:2] == b"\x1f\x8b":
        found = gzip.decompress(found)
    source = f"qssh/{noun}.c"
    lines = {}
    for file in json.loads(found)["files"]:
        if file["file"] == source:
            for line in file["lines"]:
                lines[line["line_number"]] = lines.get(line["line_number"], 0) + line["count"]
    if not lines:
        sys.exit(f"{noun}: gcov knows nothing of {source}")
    return lines


def accepted():
    """(file, text of the line) → the reasons of as many such lines. Three columns, between tabs; the text is without its indentation."""
    rows = [row.split("\t") for row in UNREACHED.read_text().splitlines() if row and not row.startswith("#")]
    reasons = {}
    for row in rows:
        if len(row) != 3:
            sys.exit(f"{UNREACHED}: not three columns: {row}")
        reasons.setdefault((row[0], row[1]), []).append(row[2])
    return reasons


def main():
    run_units()
    reasons = accepted()
    missed, total, reached = [], 0, 0
    chosen = list(nouns(sys.argv[1:]))
    for noun in chosen:
        source = pathlib.Path(f"qssh/{noun}.c")
        text = source.read_text().splitlines()
        lines = counts(noun)
        without = [n for n, count in sorted(lines.items()) if count == 0]
        print(f"{source}: {len(lines) - len(without)} of {len(lines)} lines")
        total += len(lines)
        reached += len(lines) - len(without)
        for n in without:
            line = text[n - 1].strip()
            if reasons.get((noun, line)):
                print(f"    {n}: {line}    ({reasons[noun, line].pop(0)})")
            else:
                missed.append(f"{source}:{n}: {line}")
    print(f"{reached} of {total} lines, {100 * reached / total:.1f} %")
    stale = [f"{UNREACHED}: is reached, or is gone: {file}: {line}" for (file, line), left in reasons.items() if left and file in chosen]
    print(*missed, *stale, sep="\n", end="\n" if missed or stale else "")
    sys.exit(1 if missed or stale else 0)


main()
