#!/usr/bin/python3
"""Includes run only downwards (tests/lint/layers), and the pure core includes nothing that does I/O.

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
    """noun → (its line's depth, its line's name)"""
    lines = [line.split("#")[0] for line in LAYERS.read_text().splitlines()]
    level = {}
    for depth, line in enumerate(filter(str.strip, lines)):
        group, _, nouns = line.partition(":")
        level.update({noun: (depth, group) for noun in nouns.split()})
    return level


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield f"{path}:{number}", match[1] == '"', match[2]


def check_own(where, noun, included, level):
    name = included.removesuffix(".h")
    if not (SOURCES / included).exists():
        yield f"{where}: there is no {included} in {SOURCES}"
    elif name not in level:
        yield f"{where}: {name} has no line in {LAYERS}"
    elif level[name][0] < level[noun][0]:
        yield f"{where}: {noun} may not include {included}, which stands above it"
    elif {level[name][1], level[noun][1]} == {"client", "vault"}:
        yield f"{where}: {noun} and {name} stand on two sides"


def check_file(path, level, core):
    noun = path.stem
    if noun not in level:
        yield f"{path}: {noun} has no line in {LAYERS}"
        return
    for where, own, included in includes(path):
        if own:
            yield from check_own(where, noun, included, level)
            if noun in core and included.removesuffix(".h") not in core | {"limits"}:
                yield f"{where}: the pure core may not include {included}"
        elif noun in core and included not in PURE:
            yield f"{where}: the pure core may not include <{included}>"


def find_circle(graph):
    """A list of nouns that include each other in a circle, or nothing."""
    done, path = set(), []

    def visit(noun):
        if noun in path:
            return [*path[path.index(noun):], noun]
        if noun in done:
            return None
        path.append(noun)
        found = next(filter(None, map(visit, sorted(graph.get(noun, ())))), None)
        path.pop()
        done.add(noun)
        return found

    return next(filter(None, map(visit, sorted(graph))), None)


def check_circles(files):
    graph = {}
    for path in files:
        own = {included.removesuffix(".h") for _, own, included in includes(path) if own}
        graph.setdefault(path.stem, set()).update(own - {path.stem})
    circle = find_circle(graph)
    if circle:
        yield f"{SOURCES}: a circle: {' → '.join(circle)}"


def check(core):
    level = read_layers()
    files = sorted(SOURCES.glob("*.[ch]"))
    for path in files:
        yield from check_file(path, level, core)
    yield from check_circles(files)
    for noun in sorted(level.keys() - {path.stem for path in files}):
        yield f"{LAYERS}: {noun} is no file of {SOURCES}"


def main():
    problems = list(check(set(sys.argv[1:])))
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
