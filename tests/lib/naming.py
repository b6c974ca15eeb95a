# SPDX-License-Identifier: ISC
"""known_hosts files of every odd shape, and whom each names: as `ssh-keygen -F` finds it, and as the vault does.

usage: naming.py FILES SEED

Makes as many files, of lines that are made of good parts and bad ones, asks both about each host and key, and prints how
many answers agree. Exits 1 with the file where they do not. On purpose the vault differs in two things, which are stated
in wanted(): a line without a name in full names no host, and a revoked key has no name anywhere, whatever type its line says.
"""

import base64
import hashlib
import hmac
import random
import re
import subprocess
import sys

HOSTS = [("a.example", 22), ("b.example", 22), ("host", 22), ("10.0.0.1", 22), ("2001:db8::1", 22), ("host", 2222), ("a.example", 2222)]
KEYS = [base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0 " + bytes([k]) * 32).decode() for k in b"abcd"]
FILE = "/run/world/naming-hosts"


def written(host, port):
    return host if port == 22 else f"[{host}]:{port}"


def hashed(r, name):
    salt = r.randbytes(20)
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    field = f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"
    if r.random() < 0.25:
        field = r.choice([field[:-3], field.replace("|1|", "|2|"), field + ",host", field[:10], field + "=", "|1||", field.replace("=", "")])
    return field


def part(r):
    name = written(*r.choice(HOSTS))
    kind = r.random()
    if kind < 0.35:
        name = r.choice(["*", "*.example", "?.example", "ho?t", "host*", "*:2222", "[*]:2222", "[host]:*", "a.*", "10.0.*", "*a*", "**", "?*"])
    elif kind < 0.45:
        name = r.choice([name.upper(), name + ".", "", "!", "x" * 300, "host:2222", "[host]", "[host]:22", "[host]:02222", '"host"', "host\\"])
    return ("!" if r.random() < 0.15 else "") + name


def line(r):
    if r.random() < 0.08:
        return r.choice(["", "# host ssh-ed25519 " + KEYS[0], "   ", "host", "host ssh-ed25519", "\t#", "@", "@revoked", "@cert-authority host"])
    field = hashed(r, written(*r.choice(HOSTS))) if r.random() < 0.2 else ",".join(part(r) for _ in range(r.choice([1, 1, 1, 2, 3, 6])))
    mark = r.choice([""] * 12 + ["@revoked ", "@cert-authority ", "@unknown ", "@revoked", "@Revoked ", "@revoked\t"])
    key = r.choice(KEYS)
    if r.random() < 0.1:
        key = r.choice([key[:-4], key + "=", key + "AAAA", "!" + key, key[:-1], ""])
    kind = r.choice(["ssh-ed25519"] * 12 + ["ssh-rsa", "ssh-unknown", "256"])
    space = [r.choice([" ", " ", " ", "\t", "  ", " \t "]) for _ in range(3)]
    before = r.choice([""] * 8 + [" ", "\t", "  "])
    after = r.choice([""] * 6 + [" comment", "\tcomment with words", " ", "\r", " # x", " " + "c" * 9000])
    return before + mark + field + space[0] + kind + space[1] + key + after


def found(name):
    """[(number, word)] of the lines that ssh-keygen finds; the word is its own, REVOKED or CA."""
    run = subprocess.run(["ssh-keygen", "-F", name, "-f", FILE], capture_output=True, text=True, errors="replace")
    return [(int(n), word) for n, word in re.findall(r"^# Host .* found: line (\d+) ?(REVOKED|CA)?", run.stdout, re.M)]


def key_of(text):
    """The key of a line that OpenSSH found by its hosts: it reads the key with strict base64, and of the type that is named."""
    words = re.split(r"[ \t]+", text.strip(" \t\r"))
    if words[0].startswith("@"):
        words = words[1:]
    return words[2] if len(words) > 2 and words[1] == "ssh-ed25519" else None


def names_a_host(text):
    """A name in full, that the list does not itself take back and that can be dialled."""
    field = re.split(r"[ \t]+", text.strip(" \t"))[0]
    if field.startswith("|"):
        return True
    parts = [p for p in field.split(",") if p]
    taken = [p[1:].lower() for p in parts if p.startswith("!")]
    for name in parts:
        if name.startswith("!") or "*" in name or "?" in name:
            continue
        port = re.match(r"^\[[^\]]+\]:([1-9][0-9]{0,4})$", name)
        if name.startswith("[") and (not port or port[1] == "22"):
            continue
        if not any(glob(t, name) for t in taken):
            return True
    return False


def glob(pattern, name):
    """OpenSSH's: * and ? alone are special."""
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), name, re.S) is not None


def wanted(lines, hits, key, revoked):
    if key in revoked:
        return {"revoked"}
    for n, word in hits:
        if word == "" and key_of(lines[n - 1]) == key and names_a_host(lines[n - 1]):
            return {"named"}
    return {"no"}


def revoked_keys(lines):
    """Of lines that say so; a key that can be read is enough, whatever the hosts."""
    keys = set()
    for text in lines:
        match = re.match(r"^[ \t]*@revoked[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]+([A-Za-z0-9+/=]+)(?=[ \t\r]|$)", text)
        if match and match[1] in KEYS:
            keys.add(match[1])
    return keys


def main():
    files, seed = int(sys.argv[1]), int(sys.argv[2])
    agreed = named = 0
    for i in range(seed, seed + files):
        r = random.Random(i)
        lines = [line(r) for _ in range(r.randrange(1, 25))]
        with open(FILE, "w", newline="") as f:
            f.write("\n".join(lines) + r.choice(["", "\n"]))
        asked = [(key, host, port) for host, port in HOSTS for key in KEYS]
        text = "".join(f"{key} {host} {port}\n" for key, host, port in asked)
        said = subprocess.run(["/tests/fake/naming", FILE], input=text, capture_output=True, text=True, check=True).stdout.split()
        hits = {(host, port): found(written(host, port)) for host, port in HOSTS}
        revoked = revoked_keys(lines)
        for (key, host, port), got in zip(asked, said, strict=True):
            want = wanted(lines, hits[host, port], key, revoked)
            if got not in want:
                print(f"file {i}: {written(host, port)}, key {key[-8:]}: the vault says {got}, ssh-keygen {want}: lines {hits[host, port]}")
                for n, l in enumerate(lines, 1):
                    print(f"{n:3} {l!r:.300}")
                sys.exit(1)
            agreed += 1
            named += got == "named"
    print(f"{files} files, {agreed} questions, all agreed; {named} were of a key that has the name")


main()
