# SPDX-License-Identifier: ISC
"""What OpenSSH's sshd lets in, held against how the vault reads the same payload.

usage: logins.py READING DIR ATTEMPTS SEED

READING is tests/fake/reading. DIR holds the hosts' public keys, host.pub and elsewhere.pub, the users' private keys *.key, their certificates *-cert.pub, the
socket of an ssh-agent with those keys that only OpenSSH can sign with, and takes the rules files. sshd listens at PORT with either host key: at the first it logs in, at the second it wants more keys than there are, so that it says of each
signature whether it took it, and goes on.

First a table is gone through: what sshd does with each field of what is signed, and what the vault takes it for. Then come random logins: some right, most with a
field that is changed in what is sent, in what is signed or in both. What sshd takes for a login of U at H must be one for the vault: a rule that denies U at H denies
it, a rule that allows others does not allow it, and one that allows U does.
"""

import base64
import fnmatch
import glob
import hashlib
import os
import queue
import random
import socket
import subprocess
import sys
import traceback

import paramiko
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from paramiko.auth_handler import AuthHandler

from agentwire import Agent, sign_request, string, take_string, u32

PORTS = {"host": (2200, 2201), "elsewhere": (2210, 2211)}
HOSTBOUND = "publickey-hostbound-v00@openssh.com"
SK, SK_ECDSA = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"
WEBAUTHN = "webauthn-" + SK_ECDSA
SHA = {"ssh-rsa": hashes.SHA1, "rsa-sha2-256": hashes.SHA256, "rsa-sha2-512": hashes.SHA512}
FLAGS = {"rsa-sha2-256": 2, "rsa-sha2-512": 4}


def mpint(n):
    return string(n.to_bytes(n.bit_length() // 8 + 1, "big"))


def sha256(b):
    return hashlib.sha256(b).digest()


class Key:
    """A user's key. sk keys are made in software: what a token would sign is signed here."""

    def __init__(self, path):
        with open(path + ".pub") as f:
            self.type, blob = f.read().split()[:2]
        self.blob = base64.b64decode(blob)
        with open(path, "rb") as f:
            text = f.read()
        load = serialization.load_ssh_private_key if b"OPENSSH" in text else serialization.load_pem_private_key
        try:
            self.private = load(text, None)
        except Exception:  # a type that is newer than the library
            self.private = None
        self.agent = os.path.dirname(path) + "/../agent"
        cert = glob.glob(path[: -len(".key")] + "-cert.pub")
        self.cert = base64.b64decode(open(cert[0]).read().split()[1]) if cert else None

    def algorithms(self):
        if self.type == "ssh-rsa":
            return ["rsa-sha2-256", "rsa-sha2-512"]
        return [self.type, WEBAUTHN] if self.type == SK_ECDSA else [self.type]

    def ecdsa(self, data, digest):
        r, s = utils.decode_dss_signature(self.private.sign(data, ec.ECDSA(digest)))
        return mpint(r) + mpint(s)

    def token(self, data, algorithm):
        """PROTOCOL.u2f: the application's hash, flags (a person was there), a counter, and the message's hash."""
        head, tail = sha256(b"ssh:") + b"\1" + u32(7), b"\1" + u32(7)
        if self.type == SK:
            return string(self.private.sign(head + sha256(data))) + tail
        if algorithm != WEBAUTHN:
            return string(self.ecdsa(head + sha256(data), hashes.SHA256())) + tail
        challenge = base64.urlsafe_b64encode(data).rstrip(b"=")
        told = b'{"type":"webauthn.get","challenge":"' + challenge + b'","origin":"https://example.org"}'
        return string(self.ecdsa(head + sha256(told), hashes.SHA256())) + tail + string("https://example.org") + string(told) + string("")

    def sign(self, data, algorithm):
        if self.private is None:
            return take_string(Agent(self.agent).ask(sign_request(self.blob, data))[1])[0]
        if self.type in (SK, SK_ECDSA):
            name = algorithm if algorithm == WEBAUTHN else self.type
            return string(name) + self.token(data, name)
        if self.type == "ssh-rsa":
            name = algorithm if algorithm in SHA else "rsa-sha2-512"
            return string(name) + string(self.private.sign(data, padding.PKCS1v15(), SHA[name]()))
        if self.type == "ssh-dss":
            r, s = utils.decode_dss_signature(self.private.sign(data, hashes.SHA1()))
            return string(self.type) + string(r.to_bytes(20, "big") + s.to_bytes(20, "big"))
        if self.type.startswith("ecdsa"):
            digest = {"256": hashes.SHA256, "384": hashes.SHA384, "521": hashes.SHA512}[self.type[-3:]]()
            return string(self.type) + string(self.ecdsa(data, digest))
        return string(self.type) + string(self.private.sign(data))


class Handler(AuthHandler):
    """Takes the answers of the authentication protocol as they come."""

    def __init__(self, transport):
        super().__init__(transport)
        self.answers = queue.Queue()
        kinds = (3, 6, 51, 52, 53, 60)  # unimplemented, service accept, failure, success, banner, PK_OK
        # paramiko 2.12 hands over the handler before the message, 3.5 the message alone.
        self.table = {kind: lambda *words, kind=kind: self.heard(kind, words[-1]) for kind in kinds}

    @property
    def _handler_table(self):
        return self.table

    def heard(self, kind, message):
        if kind == 52:
            self.authenticated = True
        if kind != 53:
            self.answers.put((kind, message))


class Gone(Exception):
    """sshd has hung up."""


class Session:
    def __init__(self, port):
        sock = socket.create_connection(("127.0.0.1", port))
        self.transport = t = paramiko.Transport(sock)
        t.start_client(timeout=30)
        self.id = t.session_id
        t.auth_handler = self.handler = Handler(t)
        self.send(bytes([5]) + string("ssh-userauth"))
        self.answer()

    def send(self, body):
        message = paramiko.Message()
        message.add_bytes(body)
        self.transport._send_message(message)

    def answer(self):
        for _ in range(3000):
            try:
                return self.handler.answers.get(timeout=0.01)
            except queue.Empty:
                if not self.transport.is_active() and self.handler.answers.empty():
                    raise Gone from None
        raise SystemExit("sshd does not answer")

    def attempt(self, body):
        """Whether sshd took it."""
        self.send(body)
        kind, message = self.answer()
        if kind == 51:
            message.get_string()
            return message.get_boolean()
        return kind == 52

    def whoami(self):
        channel = self.transport.open_session()
        channel.exec_command("id -un")
        return channel.makefile().read().decode().strip()

    def close(self):
        self.transport.close()


def request(f):
    """The request, from its number on, without the signature."""
    body = bytes([f["number"]]) + string(f["user"]) + string(f["service"]) + string(f["method"]) + bytes([f["signs"]])
    body += string(f["algorithm"]) + string(f["key"])
    if f["hostkey"] is not None:
        body += string(f["hostkey"])
    return body


def payload(f):
    return (string(f["session"]) + request(f) + f["tail"])[: -f["torn"] or None]


class Reading:
    """How the vault reads it, as tests/fake/reading says."""

    def __init__(self, program, directory, rules):
        self.names = []
        paths = []
        for i, (name, text) in enumerate(rules):
            paths.append(f"{directory}/rules.{i}")
            with open(paths[-1], "w") as f:
                f.write(text)
            self.names.append(name)
        self.process = subprocess.Popen([program, directory + "/known", *paths], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self, key, session, hostkey, data, flags):
        words = [w.hex() or "-" for w in (key, session, hostkey, data)]
        print(*words, flags, file=self.process.stdin, flush=True)
        purpose, known, user, letters = self.process.stdout.readline().split()
        return purpose, known, user, dict(zip(self.names, letters))


USERS = ("remote", "other")
ANY = "anybody"
PATTERNS = ("remote", "other", "r*", "*r", "*", "?emote", "*-ro", "*x", "re*e", "*:*", "*/*", "remote:*", "other/*", "*:-ro", "remote?x")


def rules_of_test():
    rules = [("all", "allow client\n")]
    for host in PORTS:
        for user in USERS:
            rules.append((("deny", user, host), f"deny client to {user}@{host}\nallow client\n"))
        for pattern in PATTERNS:
            rules.append((("allow", pattern, host), f"allow client to {pattern}@{host}\n"))
            rules.append((("vouched", pattern, host), f"allow client to {pattern}@{host} vouched\n"))
    return rules


def meant(pattern, user):
    """The pattern's writer had this user in mind: what is before the mark that the pattern itself writes, if it does."""
    for mark in ":/":
        pattern = pattern.split(mark)[0]
    return fnmatch.fnmatchcase(user, pattern)


class Trial:
    def __init__(self, program, directory, seed):
        self.random = random.Random(seed)
        self.hostkeys = {h: base64.b64decode(open(f"{directory}/{h}.pub").read().split()[1]) for h in PORTS}
        self.keys = [Key(p) for p in sorted(glob.glob(directory + "/*.key"))]
        self.reading = Reading(program, directory, rules_of_test())
        self.who = {}
        self.counts = {}
        self.faults = []

    def good(self, session, host, user, key, certified=False, algorithm=None, hostbound=True):
        algorithm = algorithm or self.random.choice(key.algorithms())
        name = algorithm
        if certified and algorithm == key.type:
            name = take_string(key.cert)[0].decode()
        elif certified:
            name = algorithm.replace("@openssh.com", "") + "-cert-v01@openssh.com"
        return {
            "session": session.id, "number": 50, "user": user, "service": "ssh-connection", "method": HOSTBOUND if hostbound else "publickey",
            "signs": 1, "algorithm": name, "key": key.cert if certified else key.blob, "hostkey": self.hostkeys[host] if hostbound else None,
            "tail": b"", "torn": 0, "hash": algorithm,
        }  # fmt: skip

    def logged_in(self, host, user, signed=None):
        """Whom sshd logs in by this name, with that one signed; None: nobody. One real login for each."""
        signed = user if signed is None else signed
        if (user, signed) not in self.who:
            self.who[user, signed] = None
            session = Session(PORTS[host][0])
            key = next(k for k in self.keys if k.type == "ssh-ed25519")
            sent = self.good(session, host, user, key)
            try:
                if session.attempt(request(sent) + string(key.sign(payload({**sent, "user": signed}), sent["hash"]))):
                    self.who[user, signed] = session.whoami()
            except Gone:
                pass
            session.close()
        return self.who[user, signed]

    def read(self, key, session, bound, signed):
        return self.reading.read(key.blob, session.id, self.hostkeys[bound], payload(signed), FLAGS.get(signed["hash"], 0))

    def judge(self, host, bound, sent, signed, reading):
        """sshd took it: as whom, and does the vault know?"""
        purpose, known, name, verdicts = reading
        user = self.logged_in(host, sent["user"], signed["user"])
        shown = {k: v for k, v in signed.items() if k not in ("session", "key", "hostkey")}
        where = f"{shown} sent as {sent['user']!r}: {user}@{host}, read as {purpose} {known} {name}"
        spelled = signed["user"] if isinstance(signed["user"], str) else signed["user"].decode("latin1")
        if user is None:
            self.faults.append("took it from one who can't log in: " + where)
            return
        if purpose == "refused":
            if signed["hash"] != "ssh-rsa" and not any(ord(c) < 32 for c in spelled):
                self.faults.append("refused: " + where)
            return
        if purpose != "login" or name != user or (known == "proven" and bound != host):
            self.faults.append("misread: " + where)
        if verdicts[("deny", user, host)] != "D":
            self.faults.append("a deny slipped past: " + where)
        for (kind, pattern, at), verdict in ((n, v) for n, v in verdicts.items() if n[0] in ("allow", "vouched")):
            allowed = verdict == "A"
            if allowed and (not meant(pattern, user) or (kind == "allow" and at != host)):
                self.faults.append(f"allowed by {kind} {pattern}@{at}: {where}")
            # What is written as it is meant is let through.
            wanted = spelled == user and at == host and bound == host and fnmatch.fnmatchcase(user, pattern)
            if wanted and not allowed and (kind == "vouched" or known == "proven"):
                self.faults.append(f"not allowed by {kind} {pattern}@{at}: {where}")

    def count(self, *names):
        for name in names:
            self.counts[name] = self.counts.get(name, 0) + 1

    # ---- The table.

    def row(self, words, took, purpose, sent=None, signed=None, kind="ssh-ed25519", **options):
        """One login with these fields changed. took: whom sshd logs in. purpose: what the vault reads."""
        key = next(k for k in self.keys if k.type == kind)
        session = Session(PORTS["host"][0])
        fields = self.good(session, "host", "remote", key, **options)
        fields.update(sent or {})
        what = {**fields, **(sent or {}), **(signed or {})}
        reading = self.read(key, session, "host", what)
        got = None
        try:
            if session.attempt(request(fields) + string(key.sign(payload(what), what["hash"]))):
                got = session.whoami()
        except Gone:
            got = "gone"
        session.close()
        known = reading[0] + (" " + reading[1] if reading[0] == "login" else "")
        print(f"{words:50} sshd: {got or 'no':8} vault: {known}")
        got = got if got in USERS else None
        if took not in (got, ANY) or known != purpose:
            self.faults.append(f"{words}: sshd {got}, not {took}; read as {known}, not {purpose}")
        return got

    def table(self):
        # Debian's and Fedora's sshd look `other/x` up as other. Debian 12's leaves the role out of what it verifies, so that a signature over the
        # word is good for nothing there; one over the bare name is.
        role = self.logged_in("host", "other/x")
        row = self.row
        row("a login", "remote", "login proven")
        row("the plain method", "remote", "login vouched", hostbound=False)
        row("user: with a style", "other", "login proven", {"user": "other:x"})
        row("user: with an empty style", None, "login proven", {"user": "other:"})
        row("user: with a role", role, "login proven", {"user": "other/x"})
        row("user: with a role and a style", role, "login proven", {"user": "other/x:y"})
        cut = row("user: with a role, sent but not signed", ANY, "login proven", {"user": "other/x"}, {"user": "other"})
        self.faults += [f"a role is logged in as {cut}"] if cut not in ("other", None) else []
        row("user: a style before it", None, "login proven", {"user": ":other"})
        row("user: empty", None, "login proven", {"user": ""})
        row("user: in capitals", None, "login proven", {"user": "OTHER"})
        row("user: a space behind", None, "login proven", {"user": "other "})
        row("user: a NUL inside", None, "refused", {"user": "other\0x"})
        row("user: a NUL behind", None, "refused", {"user": "other\0"})
        row("user: a NUL behind, sent but not signed", "other", "login proven", {"user": "other\0"}, {"user": "other"})
        row("user: a newline behind", None, "refused", {"user": "other\n"})
        row("user: another one signed", None, "login proven", {"user": "other"}, {"user": "remote"})
        row("user: signed with the style, sent without", None, "login proven", {"user": "other"}, {"user": "other:x"})
        row("service: ssh-userauth", None, "refused", {"service": "ssh-userauth"})
        row("service: empty", None, "opaque", {"service": ""})
        row("service: a NUL behind", None, "opaque", {"service": "ssh-connection\0"})
        row("method: unknown", None, "refused", {"method": "publickey-x"})
        row("method: hostbased", None, "refused", {"method": "hostbased"}, hostbound=False)
        row("method: plain signed, hostbound sent", None, "login vouched", {}, {"method": "publickey", "hostkey": None})
        row("the boolean: 2, sent and signed", "remote", "login proven", {"signs": 2})
        row("the boolean: 2, signed alone", None, "login proven", {}, {"signs": 2})
        row("the boolean: false", None, "refused", {"signs": 0})
        row("the number: 51", None, "opaque", {}, {"number": 51})
        row("the number: 54", None, "refused", {}, {"number": 54})
        row("algorithm: another type's", None, "refused", {"algorithm": "ssh-rsa"})
        row("algorithm: the certificate's, with a plain key", None, "refused", {"algorithm": "ssh-ed25519-cert-v01@openssh.com"})
        row("algorithm: in capitals", None, "refused", {"algorithm": "SSH-ED25519"})
        row("RSA: with SHA-256", "remote", "login proven", kind="ssh-rsa", algorithm="rsa-sha2-256")
        row("RSA: with SHA-512", "remote", "login proven", kind="ssh-rsa", algorithm="rsa-sha2-512")
        row("RSA: with SHA-1, where sshd is told to take it", "remote", "refused", kind="ssh-rsa", algorithm="ssh-rsa")
        row("RSA: SHA-512 named, signed with SHA-1", None, "refused", {"hash": "ssh-rsa"}, kind="ssh-rsa", algorithm="rsa-sha2-512")
        row("RSA: SHA-512 named, signed with SHA-256", None, "refused", {"hash": "rsa-sha2-256"}, kind="ssh-rsa", algorithm="rsa-sha2-512")
        row("key: a certificate", "remote", "login proven", certified=True)
        row("key: a byte behind it", None, "refused", {"key": next(k for k in self.keys if k.type == "ssh-ed25519").blob + b"\0"})
        row("key: another", None, "refused", {}, {"key": next(k for k in self.keys if k.type == "ssh-rsa").blob})
        row("key: empty", None, "refused", {"key": b""})
        row("host key: another's", None, "login unknown", {"hostkey": self.hostkeys["elsewhere"]})
        row("host key: another's, signed alone", None, "login unknown", {}, {"hostkey": self.hostkeys["elsewhere"]})
        row("host key: empty", None, "login unknown", {"hostkey": b""})
        row("host key: signed with the plain method", None, "refused", {}, {"method": "publickey"})
        row("session id: another", None, "login unknown", {}, {"session": b"s" * 32})
        row("session id: empty", None, "refused", {}, {"session": b""})
        row("a byte behind it all", None, "refused", {}, {"tail": b"\0"})
        row("the last byte missing", None, "refused", {}, {"torn": 1})
        for key in self.keys:
            for algorithm in key.algorithms():
                took = "remote" if algorithm in self.taken else None
                row(f"type: {algorithm}", took, "login proven", kind=key.type, algorithm=algorithm)

    # ---- Random logins.

    SUFFIXES = ("", "", "", ":x", ":", "/x", "/", "/x:y", ":x/y", "::", "-ro", ":-ro", "/-ro", " ", "\0", "\0x", "\n", ":\x80", "@host")

    def spelling(self):
        return self.random.choice(USERS + ("ghost", "", "REMOTE")[: self.random.choice((0, 0, 3))]) + self.random.choice(self.SUFFIXES)

    def change(self, fields, key, host):
        """One field as it should not be, or as another should be."""
        pick = self.random.choice
        other = pick([k for k in self.keys if k is not key])
        name, value = pick((
            ("user", pick((self.spelling(), fields["user"].split(":")[0], fields["user"].split("/")[0], "/".join(fields["user"].split(":")), fields["user"] + ":"))),
            ("service", pick(("ssh-userauth", "", "ssh-connection\0"))),
            ("method", pick(("publickey", HOSTBOUND, "hostbased", "none"))),
            ("signs", pick((0, 2, 255))),
            ("number", pick((49, 51, 54))),
            ("algorithm", pick(pick((key, other)).algorithms() + ["ssh-rsa", WEBAUTHN, key.type + "-cert-v01@openssh.com"])),
            ("hash", pick(key.algorithms() + ["ssh-rsa"] * (key.type == "ssh-rsa"))),
            ("key", pick((other.blob, key.blob, key.cert or b"", key.blob + b"\0"))),
            ("hostkey", pick((None, b"", *self.hostkeys.values()))),
            ("session", pick((b"", bytes(32), fields["session"][:-1]))),
            ("tail", pick((b"\0", string(""), string(self.hostkeys[host])))),
            ("torn", pick((1, 4, 5))),
        ))  # fmt: skip
        return {**fields, name: value}

    def once(self, session, host, user, key, good):
        """One attempt; whether sshd took it."""
        certified = key.cert is not None and self.random.random() < 0.3
        algorithm = "ssh-rsa" if key.type == "ssh-rsa" and not good and self.random.random() < 0.2 else None
        sent = self.good(session, host, user, key, certified and algorithm is None, algorithm, self.random.random() < 0.6)
        signed = dict(sent)
        if not good:
            for _ in range(self.random.choice((1, 1, 2))):
                signed = self.change(signed, key, host)
            if self.random.random() < 0.5:
                sent = {**signed, "user": user}
        bound = self.random.choice((host, host, *PORTS))
        reading = self.read(key, session, bound, signed)
        took = session.attempt(request(sent) + string(key.sign(payload(signed), signed["hash"])))
        if took:
            self.judge(host, bound, sent, signed, reading)
            kind = "hostbound" if sent["hostkey"] is not None else "plain"
            self.count("taken", kind, sent["algorithm"], "with a style or role" if set(user) & set(":/") else "bare user")
        self.count("attempts")
        return took

    def connection(self, attempts):
        """One user, each key once right and some times wrong."""
        host, user = self.random.choice(list(PORTS)), self.spelling()
        session = Session(PORTS[host][1])
        done = 0
        try:
            for key in self.random.sample(self.keys, len(self.keys)):
                took = False
                for good in [False] * self.random.choice((2, 3, 5)) + [True]:
                    took = took or self.once(session, host, user, key, good)
                    done += 1
                    if done == attempts or took:
                        break
                if done == attempts:
                    break
        except Gone:
            self.count("gone")
        session.close()
        return max(done, 1)


def supported():
    """The signature algorithms that this sshd takes."""
    return subprocess.run(["ssh", "-Q", "sig"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()


def worker(program, directory, attempts, seed, table):
    os.makedirs(f"{directory}/{seed}", exist_ok=True)
    for path in glob.glob(directory + "/*.*") + [directory + "/known"]:
        if not os.path.exists(f"{directory}/{seed}/{os.path.basename(path)}"):
            os.link(path, f"{directory}/{seed}/{os.path.basename(path)}")
    trial = Trial(program, f"{directory}/{seed}", seed)
    trial.taken = supported()
    if table:
        trial.table()
    while attempts > 0 and len(trial.faults) < 5:
        attempts -= trial.connection(attempts)
    print(" ".join(f"{k}={v}" for k, v in sorted(trial.counts.items())), flush=True)
    print(*trial.faults, sep="\n", file=sys.stderr, flush=True)
    return len(trial.faults)


def main():
    program, directory, attempts, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    workers = 4
    children = []
    for i in range(workers):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                status = 1 if worker(program, directory, attempts // workers, seed + i, i == 0) else 0
            except BaseException:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        children.append(pid)
    sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children))


main()
