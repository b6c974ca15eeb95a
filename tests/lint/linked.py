#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What each program is linked from, by the linker's own map (B), and how many lines that is, headers included.

tests/lint/linked holds what qssh-filter may be linked from, since all of that stands behind a client's bytes: a file more is a file to review.
"""

import os
import pathlib
import re
import sys

BUILD = pathlib.Path(os.environ.get("B", "build"))
REVIEWED = pathlib.Path("tests/lint/linked")
MAINS = {
    "qssh": "cli/cli",
    "qssh-active": "cli/match",
    "qssh-client": "client/client",
    "qssh-filter": "filter/filter",
    "qssh-load": "agents/load",
    "qssh-vault": "vault/vault",
}


def nouns(program):
    """FOLDER/NOUN of all that a program is linked from."""
    member = re.compile(rf"^{re.escape(str(BUILD))}/(?:started/)?([a-z]+/\w+)\.o\b")
    text = (BUILD / f"{program}.map").read_text()
    head = text.partition("\nMerging program properties")[0].partition("\nMemory Configuration")[0]
    found = {match[1] for match in map(member.match, head.splitlines()) if match}
    if not found:
        sys.exit(f"{BUILD}/{program}.map: names nothing of ours")
    return found | {MAINS[program]}


def lines(noun):
    return sum(len(path.read_text().splitlines()) for path in pathlib.Path("qssh").glob(f"{noun}.[ch]"))


def main():
    linked = {program: nouns(program) for program in MAINS}
    for program, found in linked.items():
        print(f"{program}: {len(found)} files, {sum(map(lines, found))} lines")
    reviewed = set(REVIEWED.read_text().split())
    grown, gone = linked["qssh-filter"] - reviewed, reviewed - linked["qssh-filter"]
    problems = [f"qssh-filter is linked from {noun}, which is not in {REVIEWED}" for noun in sorted(grown)]
    problems += [f"{REVIEWED}: qssh-filter is not linked from {noun}" for noun in sorted(gone)]
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
