#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Applies policy/salt's states, as far as tests need: what Salt's own renderer does with Jinja and YAML, and the few
state functions that stand there, each with the arguments that Salt's and Qubes' modules take.

    salt.py DIR MINION OS PILLAR

DIR has the states, and qssh.top says which are for MINION. OS is Debian or RedHat. PILLAR is a YAML file, or empty.
Files are written where the state says. What belongs to other qubes (qvm.*, pkg.*) is kept as files in /run/salt, and
qvm.service makes /run/qubes-service/NAME of the only client qube that there is. Prints a line for each change: none the
second time. Anything that is not known here is an error.
"""
import os
import grp
import pwd
import re
import shlex
import subprocess
import sys
import tempfile

import jinja2
import yaml

FUNCTIONS = {
    "file.managed": {"user", "group", "mode", "contents", "contents_pillar", "makedirs", "check_cmd"},
    "pkg.installed": {"pkgs", "sources"},
    "qvm.present": {"name", "label", "template"},
    "qvm.prefs": {"name", "netvm", "template"},
    "qvm.service": {"name", "enable", "disable"},
}


def lookup(pillar, path, default):
    for name in path.split(":"):
        if not isinstance(pillar, dict) or name not in pillar:
            return default
        pillar = pillar[name]
    return pillar


def change(what):
    print("changed:", what)


def keep(path, text):
    """A file, if it is not so yet."""
    if os.path.exists(path) and open(path).read() == text:
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    return True


def ids(args):
    uid = pwd.getpwnam(args["user"]).pw_uid
    try:
        return uid, grp.getgrnam(args["group"]).gr_gid
    except KeyError:
        raise SystemExit("no such group: %s" % args["group"])


def check(name, args, text):
    """Salt gives the command a copy as it would be, the user's own, unless the file is so already. No shell."""
    if os.path.exists(name) and open(name).read() == text:
        return
    fd, path = tempfile.mkstemp()
    os.write(fd, text.encode())
    os.fchown(fd, *ids(args))
    os.fchmod(fd, int(args["mode"], 8))
    os.close(fd)
    done = subprocess.run(shlex.split(args["check_cmd"] + " " + path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    os.remove(path)
    if done.returncode != 0:
        raise SystemExit("%s: check_cmd execution failed\n%s" % (name, done.stdout))


def file_managed(name, args, pillar):
    contents = args.get("contents", [])
    if "contents_pillar" in args:
        contents = lookup(pillar, args["contents_pillar"], None).splitlines()
    if not args.get("makedirs") and not os.path.isdir(os.path.dirname(name)):
        raise SystemExit("%s: parent directory is missing" % name)
    if "check_cmd" in args:
        check(name, args, "\n".join(contents) + "\n")
    made = keep(name, "\n".join(contents) + "\n")
    uid, gid = ids(args)
    parent = os.path.dirname(name)
    if args.get("makedirs") and made:
        os.chown(parent, uid, gid)
    st = os.stat(name)
    if (st.st_uid, st.st_gid, st.st_mode & 0o7777) != (uid, gid, int(args["mode"], 8)):
        os.chown(name, uid, gid)
        os.chmod(name, int(args["mode"], 8))
        made = True
    if made:
        change(name)


def apply(ident, function, args, pillar):
    if set(args) - {"require"} - FUNCTIONS[function]:
        raise SystemExit("%s: %s does not take %s" % (ident, function, sorted(args)))
    if function == "file.managed":
        file_managed(args.get("name", ident), args, pillar)
        return
    if function == "qvm.service":
        for service in args.get("enable", []):
            if keep("/run/qubes-service/" + service, ""):
                change("%s has the service %s" % (args["name"], service))
        return
    if keep("/run/salt/" + ident, yaml.dump(args)):
        change("%s: %s" % (function, ident))


def fail(words):
    raise jinja2.TemplateError(words)


def state(env, name, context):
    text = env.get_template(name.replace(".", "/") + ".sls").render(**context)
    return yaml.safe_load(text) or {}


def main():
    tree, minion, family, pillar_file = sys.argv[1:]
    pillar = yaml.safe_load(open(pillar_file)) if pillar_file else {}
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(tree), undefined=jinja2.StrictUndefined)
    env.filters["regex_match"] = lambda text, pattern: (re.match(pattern, text) or re.match("", "")).groups() or None
    context = {
        "raise": fail,
        "salt": {"pillar.get": lambda path, default="": lookup(pillar, path, default)},
        "grains": {"os_family": family, "osarch": {"Debian": "amd64", "RedHat": "x86_64"}[family]},
    }
    top = yaml.safe_load(env.get_template("qssh.top").render(**context))
    done = set()
    for name in top["base"].get(minion, []):
        for ident, functions in state(env, name, context).items():
            for function, listed in functions.items():
                args = {key: value for arg in listed for key, value in arg.items()}
                for need in args.get("require", []):
                    if tuple(need.items())[0][1] not in done:
                        raise SystemExit("%s comes before what it requires" % ident)
                apply(ident, function, args, pillar)
            done.add(ident)
    if not done:
        raise SystemExit("no state for %s" % minion)


main()
