#!/usr/bin/python3
"""Includes run only downwards (tests/lint/layers) and in no circle, and the pure core includes nothing that does I/O.

Usage: layers.py CORE... where CORE are the nouns of the pure core.
"""

import pathlib
import re
import sys

SOURCES = pathlib.Path("qssh")
LAYERS = pathlib.Path("tests/lint/layers")

# What the standard library has for a function of its arguments alone.
PURE = {"errno.h", "inttypes.h", "limits.h", "stdbool.h", "stddef.h", "stdint.h", "string.h", "strings.h"}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def read_layers():
    """noun → the depth of its line"""
    lines = [line.split("#")[0].split() for line in LAYERS.read_text().splitlines()]
    return {noun: depth for depth, nouns in enumerate(filter(None, lines)) for noun in nouns}


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield f"{path}:{number}", match[1] == '"', match[2]


def check_file(path, core):
    for where, own, included in includes(path):
        if own and not (SOURCES / included).exists():
            yield f"{where}: there is no {included} in {SOURCES}"
        if path.stem not in core:
            continue
        if own and included.removesuffix(".h") not in core | {"limits"}:
            yield f"{where}: the pure core may not include {included}"
        if not own and included not in PURE:
            yield f"{where}: the pure core may not include <{included}>"


def read_graph(files):
    """noun → the nouns that its two files include"""
    graph = {}
    for path in files:
        own = {included.removesuffix(".h") for _, own, included in includes(path) if own}
        graph.setdefault(path.stem, set()).update(own - {path.stem})
    return graph


def ways(graph, start):
    """Each noun that start includes, by whatever way → one of the shortest ways there."""
    found, ahead = {}, [[start]]
    while ahead:
        way = ahead.pop(0)
        for noun in sorted(graph.get(way[-1], ())):
            if noun not in found:
                found[noun] = [*way, noun]
                ahead.append(found[noun])
    return found


def check_graph(graph, level):
    for noun in sorted(graph):
        reached = ways(graph, noun)
        if noun in reached:
            yield f"{SOURCES}: a circle: {' → '.join(reached[noun])}"
        for other in sorted(reached.keys() & level.keys() - {noun}):
            if noun in level and level[other] <= level[noun]:
                yield f"{SOURCES}: {noun} may not include {other}: {' → '.join(reached[other])}"


def check(core):
    files = sorted(SOURCES.glob("*.[ch]"))
    level = read_layers()
    for path in files:
        yield from check_file(path, core)
    yield from check_graph(read_graph(files), level)
    for noun in sorted(level.keys() - {path.stem for path in files}):
        yield f"{LAYERS}: {noun} is no file of {SOURCES}"


def main():
    problems = list(check(set(sys.argv[1:])))
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
