#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Includes stay within what tests/lint/layers allows to each folder of qssh/, run in no circle, and the pure folders include nothing that does I/O."""

import pathlib
import re
import sys

SOURCES = pathlib.Path("qssh")
LAYERS = pathlib.Path("tests/lint/layers")

# What the standard library has for a function of its arguments alone.
PURE = {"arpa/inet.h", "errno.h", "inttypes.h", "limits.h", "stdbool.h", "stddef.h", "stdint.h", "string.h", "strings.h"}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def read_layers():
    """folder → the folders that it may include, and the pure folders"""
    allowed, pure = {}, set()
    for line in LAYERS.read_text().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "pure":
            pure = set(words[1:])
        else:
            allowed[words[0].removesuffix(":")] = set(words[1:])
    return allowed, pure


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield f"{path}:{number}", match[1] == '"', match[2]


def noun(path):
    """FOLDER/NOUN of a file below qssh/"""
    return path.relative_to(SOURCES).with_suffix("").as_posix()


def check_file(path, allowed, pure):
    folder = path.parent.name
    for where, own, included in includes(path):
        if not own:
            if folder in pure and included not in PURE:
                yield f"{where}: the pure folder {folder} may not include <{included}>"
            continue
        if not (SOURCES / included).exists():
            yield f"{where}: there is no {included} in {SOURCES}"
        other = included.split("/")[0]
        if other != folder and other not in allowed.get(folder, ()):
            yield f"{where}: {folder} may not include {other}"


def read_graph(files):
    """noun → the nouns that its two files include"""
    graph = {}
    for path in files:
        own = {included.removesuffix(".h") for _, own, included in includes(path) if own}
        graph.setdefault(noun(path), set()).update(own - {noun(path)})
    return graph


def way_back(graph, start):
    """One of the shortest ways from a noun to itself, or nothing."""
    found, ahead = set(), [[start]]
    while ahead:
        way = ahead.pop(0)
        for other in sorted(graph.get(way[-1], ())):
            if other == start:
                return [*way, other]
            if other not in found:
                found.add(other)
                ahead.append([*way, other])
    return []


def check():
    allowed, pure = read_layers()
    files = sorted(SOURCES.glob("*/*.[ch]"))
    if not files or not pure:
        yield f"{SOURCES}, {LAYERS}: nothing to check"
    for path in sorted(SOURCES.glob("*.[ch]")):
        yield f"{path}: stands in no folder"
    for path in files:
        if path.parent.name not in allowed:
            yield f"{path}: {LAYERS} does not name its folder"
        yield from check_file(path, allowed, pure)
    for folder in sorted(allowed.keys() | pure):
        if not (SOURCES / folder).is_dir():
            yield f"{LAYERS}: there is no folder {folder} in {SOURCES}"
    graph = read_graph(files)
    for start in sorted(graph):
        way = way_back(graph, start)
        if way:
            yield f"{SOURCES}: a circle: {' → '.join(way)}"


def main():
    problems = list(check())
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
