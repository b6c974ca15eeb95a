#!/usr/bin/python3
"""dom0 policy as we give it away parses, and does what it says: policy/*.policy, its commented examples included, and the README's lines.

A syntax error in any policy file denies every call of the system, and some lines that parse never match. The grammar is qrexec's, of Qubes
4.2 and 4.3 (core-qrexec, policy/parser.py).
"""

import pathlib
import re
import string
import sys

FILE_NAME = re.compile(r"[a-z0-9_.-]+\.policy")
EXAMPLE = re.compile(r"#?\s*(qubes\.SshAgent\s+[+*].*)")

SERVICE = set(string.ascii_letters + string.digits + ".-_")
ARGUMENT = SERVICE | {"+"}
QUBE = re.compile(r"(?!none$|default$)[A-Za-z][A-Za-z0-9_.-]{0,30}")
TAG = re.compile(r"[A-Za-z0-9_.-]+")
TYPES = {"AdminVM", "AppVM", "TemplateVM", "StandaloneVM", "DispVM", "RemoteVM"}

PARAMETERS = {
    "allow": {"target", "user", "notify", "autostart"},
    "ask": {"target", "default_target", "user", "notify", "autostart"},
    "deny": {"notify"},
}


class Wrong(Exception):
    pass


def is_qube(token):
    return QUBE.fullmatch(token) is not None


def is_group(token):
    """A token that several qubes match."""
    kind, _, value = token.partition(":")
    return token == "@anyvm" or kind == "@tag" and TAG.fullmatch(value) or kind == "@type" and value in TYPES


def is_disposable(token):
    name = token.removeprefix("@dispvm:")
    return token == "@dispvm" or name != token and (is_qube(name) or name.startswith("@tag:") and is_group(name))


def check_source(token):
    if not (is_qube(token) or is_group(token) or token == "@adminvm" or is_disposable(token) and token != "@dispvm"):
        raise Wrong(f"{token} is no source")


def check_target(token):
    if not (is_qube(token) or is_group(token) or token in {"@adminvm", "@default"} or is_disposable(token)):
        raise Wrong(f"{token} is no target")


def check_destination(key, token):
    """What target= and default_target= may name: one qube."""
    if not (is_qube(token) or token == "@adminvm" or is_disposable(token) and "@tag:" not in token):
        raise Wrong(f"{key}={token} is not one qube")


def check_service(service, argument):
    if service != "*" and not set(service) <= SERVICE:
        raise Wrong(f"{service} is no service")
    if argument != "*" and not (argument.startswith("+") and set(argument) <= ARGUMENT):
        raise Wrong(f"{argument} is neither * nor + and an argument")
    if service == "*" and argument != "*":
        raise Wrong("an argument of every service")


def check_parameter(action, word, seen):
    key, equals, value = word.partition("=")
    if not equals or not value:
        raise Wrong(f"{word} is not KEY=VALUE")
    if key not in PARAMETERS[action]:
        raise Wrong(f"{action} takes no {key}=")
    if key in seen:
        raise Wrong(f"{key}= twice")
    if key in {"target", "default_target"}:
        check_destination(key, value)
    if key in {"notify", "autostart"} and value not in {"yes", "no"}:
        raise Wrong(f"{word} is neither yes nor no")
    seen[key] = value


def check_rule(line):
    words = line.split()
    if len(words) < 5:
        raise Wrong("too few words")
    service, argument, source, target, action = words[:5]
    if action not in PARAMETERS:
        raise Wrong(f"{action} is no action")
    check_service(service, argument)
    check_source(source)
    check_target(target)
    seen = {}
    for word in words[5:]:
        check_parameter(action, word, seen)
    if target == "@default" and action != "deny" and "target" not in seen:
        raise Wrong("a call to @default goes nowhere without target=")
    if action == "ask" and "target" in seen and seen.get("default_target", seen["target"]) != seen["target"]:
        raise Wrong("default_target= is not what target= allows")
    if target == "@anyvm" and action != "deny" and "target" not in seen:
        raise Wrong("offers every qube as the vault")


def rules(path):
    """The lines that are rules or would be without their comment sign."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        example = EXAMPLE.fullmatch(line.strip())
        if example:
            yield number, example[1]
        elif path.suffix == ".policy" and line.strip() and not line.startswith("#"):
            yield number, line


def check_file(path):
    found = list(rules(path))
    if path.suffix == ".policy" and not FILE_NAME.fullmatch(path.name):
        yield f"{path}: a badly named file denies every call"
    if not found:
        yield f"{path}: has no rule and no example"
    for number, line in found:
        try:
            check_rule(line)
        except Wrong as wrong:
            yield f"{path}:{number}: {wrong}: {line}"


def main():
    files = [*sorted(pathlib.Path("policy").iterdir()), pathlib.Path("README.md")]
    problems = [problem for path in files for problem in check_file(path)]
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
