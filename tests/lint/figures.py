#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Holds the figures of the manuals against the constants in the sources: prints each that a page does not have so.

The table is tests/lint/figures, and says how it is written. Exits with 1 if anything was printed.
"""
import collections
import glob
import math
import os
import re
import subprocess
import sys

WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()
ORDER = "zeroth first second third fourth fifth".split()
GIVEN = {"G_USEC_PER_SEC": "1000000"}
FORMS = {
    "": str,
    "words": lambda n: WORDS[n],
    "Words": lambda n: WORDS[n].capitalize(),
    "order": lambda n: ORDER[n],
    # "the last second", "a minute": a single one has no number.
    "once": lambda n: {1: "a"}[n],
    "single": lambda n: {1: ""}[n],
    "thousands": lambda n: format(n, ","),
    "hundred": lambda n: {100: "a hundred"}[n],
}


def read_constants():
    """By name, and by file and name: the words behind each #define, of every file that has one."""
    found = collections.defaultdict(dict)
    for path in glob.glob("qssh/*/*.[ch]"):
        stem = os.path.splitext(os.path.basename(path))[0]
        for name, value in re.findall(r"^#define ([A-Z][A-Z0-9_]*) +(.+)$", open(path).read(), re.M):
            found[name][stem] = re.sub(r"/\*.*", "", value).strip()
    return found


class Constants:
    def __init__(self):
        self.found = read_constants()

    def value(self, name):
        stem, _, name = name.rpartition(".")
        if name in GIVEN:
            return GIVEN[name]
        defined = self.found.get(name, {})
        if stem and stem in defined:
            return self.expand(defined[stem])
        if stem or len(defined) != 1:
            raise LookupError("%s is defined in %d files" % (name, len(defined)))
        return self.expand(next(iter(defined.values())))

    def expand(self, expression):
        expression = re.sub(r"\b(\d+)[uUlL]+\b", r"\1", expression)
        return "(%s)" % re.sub(r"\b(?:[a-z]+\.)?[A-Z][A-Z0-9_]+\b", lambda m: str(self.value(m.group(0))), expression)

    def evaluate(self, expression):
        n = eval(self.expand(expression), {"__builtins__": {}}, {"log2": math.log2})
        if n != int(n):
            raise ValueError("%s is %s" % (expression, n))
        return int(n)


def page_text(page):
    if "/" in page:
        return " ".join(open(page).read().split())
    shown = subprocess.run(["mandoc", "-Tutf8", "-Owidth=900", "qssh/man/" + page], stdout=subprocess.PIPE,
                           text=True, check=True).stdout
    return " ".join(re.sub(".\b", "", shown).split())


def wanted(constants, words):
    def figure(match):
        expression, _, form = match.group(1).partition(" as ")
        return FORMS[form](constants.evaluate(expression))

    return re.sub(r"\{(.*?)\}", figure, words)


def main():
    constants, pages, status = Constants(), {}, 0
    for number, line in enumerate(open("tests/lint/figures"), 1):
        if line.startswith("#") or not line.strip():
            continue
        page, words = (part.strip() for part in line.split(" | ", 1))
        if page not in pages:
            pages[page] = page_text(page)
        try:
            want = wanted(constants, words)
        except (LookupError, TypeError, ValueError) as e:
            want = None
            print("tests/lint/figures:%d: %s" % (number, e))
        if want is not None and want in pages[page]:
            continue
        if want is not None:
            print("%s does not say: %s" % (page, want))
        status = 1
    sys.exit(status)


main()
