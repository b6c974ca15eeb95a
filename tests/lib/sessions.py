# SPDX-License-Identifier: ISC
"""Whole hostile sessions against the built qssh-filter, confined as it is, with real ssh-agents behind it.

usage: sessions.py COUNT SEED [plant]

Runs as the vault's user in the tests' world. Each session is made of its seed: binds, lists, signatures, floods, frames
that are none, all at once or one after the other, in pieces, with an end that is half, early or in the midst. What
the filter may let through is said a second time here, by hand (class Model). For each session:

- every whole request has one well-formed answer, in order, and the one that the model names;
- the agent received only LIST, session binds, and just the SIGNs that the model allows, each of which was in the
  record when it came;
- the filter ends by itself, with no signal;
- and another client, in every fourth session, signs meanwhile.

With `plant` the vault's rules allow more than the model says: then a fault must be found. Prints what was tried; exits 1
with the session's seed when something does not hold.
"""

import base64
import glob
import os
import random
import select
import socket
import subprocess
import sys
import threading
import time

from agentwire import *

HOME, RUN = "/home/vault", "/run/user/47002"
REAL, FRONT, SIGNER = RUN + "/sessions-real", RUN + "/sessions-front", RUN + "/sessions-signer"
BIND = "session-bind@openssh.com"
HOSTBOUND = "publickey-hostbound-v00@openssh.com"
REQUESTS_MAX, BINDS_MAX = 1024, 16


class Wrong(Exception):
    pass


def blob(path):
    with open(path) as f:
        return base64.b64decode(f.read().split()[1])


def agent_at(path, *keys):
    subprocess.run(["ssh-agent", "-a", path], check=True, stdout=subprocess.DEVNULL)
    for key in keys:
        subprocess.run(["ssh-add", "-q", key], check=True, env={**os.environ, "SSH_AUTH_SOCK": path}, stderr=subprocess.DEVNULL)


def make_key(name):
    path = f"{HOME}/.ssh/{name}"
    if not os.path.exists(path):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
    return blob(path + ".pub")


class Recorder(threading.Thread):
    """Between the filter and the agent: passes all on, and keeps what came, with the record as it was then."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(FRONT)
        self.listener.listen(64)
        self.heard = []  # (frame, signatures that the record had then)
        self.serving = []
        self.lock = threading.Lock()  # a connection waits, or is among those that are served

    def run(self):
        while True:
            select.select([self.listener], [], [])
            with self.lock:
                thread = threading.Thread(target=self.serve, args=(self.listener.accept()[0],), daemon=True)
                thread.start()
                self.serving = [t for t in self.serving if t.is_alive()] + [thread]

    def settle(self):
        """All that was sent has come, once the filters have ended."""
        while True:
            with self.lock:
                waiting, serving = select.select([self.listener], [], [], 0)[0], self.serving
            if not waiting:
                break
            time.sleep(0.001)
        for thread in serving:
            thread.join(20)

    def serve(self, sock):
        with socket.socket(socket.AF_UNIX) as real:
            real.connect(REAL)
            try:
                while frame_ := self.take(sock):
                    self.heard.append((frame_, recorded() if frame_[4] == SIGN else 0))
                    real.sendall(frame_)
                    sock.sendall(self.take(real))
            except OSError:
                pass  # the client vanished, and the filter with it
        sock.close()

    @staticmethod
    def take(sock):
        head = receive(sock, 4)
        return head + receive(sock, int.from_bytes(head, "big")) if len(head) == 4 else b""


def recorded():
    """Signatures that were written down before they were asked for, of all clients."""
    lines = 0
    for path in glob.glob(HOME + "/.local/state/qssh/record/*/signatures*"):
        with open(path, "rb") as f:
            lines += sum(b" event=sign " in line and b" outcome=" not in line for line in f)
    return lines


class Model:
    """What the rules below mean, for one connection of ssh-client."""

    def __init__(self):
        self.host = self.session = None  # proven
        self.accepted, self.binds, self.requests = {}, 0, 0
        self.used = 0  # signatures without a question, by whatever rule

    def answer(self, kind, body, meaning):
        """The kinds of answer that are right, and whether the agent may get this request as a SIGN."""
        self.requests += 1
        if self.requests > REQUESTS_MAX:
            return {FAILURE}, False
        if meaning[0] == "list":
            return {IDENTITIES}, False
        if meaning[0] == "bind":
            return {self.bind(*meaning[1:])}, False
        if meaning[0] == "sign":
            if self.allows(*meaning[1:]):
                return {SIGNATURE}, True
            return {FAILURE}, False
        return {FAILURE} if meaning[0] != "query" else {EXTENSION_RESPONSE}, False

    def bind(self, host, session, true, forwarding):
        """As ssh-agent's process_ext_session_bind() has it; and for us a bind that is accepted no more ends what was proven."""
        self.binds += 1
        answer = FAILURE if not true or self.binds > BINDS_MAX else self.agent(host, session, forwarding)
        if (host, session) in self.accepted:
            return answer  # a repeat changes nothing
        self.host = self.session = None
        if answer == SUCCESS:
            self.accepted[host, session] = forwarding
            if not forwarding:
                self.host, self.session = host, session
        return answer

    def agent(self, host, session, forwarding):
        for (other, id_), forwarded in self.accepted.items():
            if not forwarded:
                return FAILURE  # this connection is bound for a login already
            if id_ == session:
                return SUCCESS if other == host else FAILURE
        return SUCCESS

    def allows(self, key, what):
        if what[0] == "git":
            self.used += key == "two"
            return key == "two"
        if what[0] != "login" or key != "one" or self.host != "good":
            return False
        _, user, host, session, method = what
        if user == "remote" and host == "good" and session == self.session and method == HOSTBOUND and self.used < 3:
            self.used += 1
            return True
        return False


RULES = """agent default %s
allow ssh-client key ~/.ssh/one.pub to remote@host uses 3 rate any/1m
allow * key ~/.ssh/two.pub for git uses any rate any/1m quiet
deny * key ~/.ssh/three.pub
"""


class Player:
    def __init__(self, plant):
        self.keys = {name: make_key(name) for name in ("one", "two", "three", "four")}
        self.hosts = {"good": blob("/run/world/sessions-good.pub"), "minted": make_key("minted")}
        agent_at(REAL, *(f"{HOME}/.ssh/{name}" for name in ("one", "two", "three")))
        agent_at(SIGNER, "/run/world/sessions-good", f"{HOME}/.ssh/minted")
        signer = Agent(SIGNER)
        self.sessions = [bytes([s]) * 32 for s in b"stu"]
        self.signed = {}
        for name, key in self.hosts.items():
            for session in self.sessions:
                self.signed[name, session] = take_string(signer.ask(sign_request(key, session))[1])[0]
        os.makedirs(HOME + "/.config/qssh", exist_ok=True)
        with open(HOME + "/.config/qssh/rules", "w") as f:
            f.write(("allow * key ~/.ssh/three.pub for any uses any rate any/1m quiet\n" if plant else "") + RULES % FRONT)
        self.recorder = Recorder()
        self.recorder.start()

    def start(self, client):
        ours, theirs = socket.socketpair()
        ours.settimeout(20)
        env = {"HOME": HOME, "XDG_RUNTIME_DIR": RUN, "PATH": os.environ["PATH"], "QREXEC_REMOTE_DOMAIN": client, "QREXEC_SERVICE_ARGUMENT": ""}
        program = subprocess.Popen(["/usr/lib/qssh/qssh-filter"], stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=env)
        theirs.close()
        return ours, program

    # ---- What a session is made of: (bytes, meaning); the meaning None: not a whole frame, and the end.

    def bind(self, r):
        host, session = r.choice(["good", "good", "minted"]), r.choice(self.sessions)
        signature, forwarding = self.signed[host, session], r.random() < 0.2
        true = r.random() < 0.8
        if not true:
            other = r.choice([k for k in self.signed if k != (host, session)])
            signature = r.choice([self.signed[other], signature[:-1], bytes(len(signature)), b""])
        body = string(BIND) + string(self.hosts[host]) + string(session) + string(signature) + bytes([forwarding])
        return frame(EXTENSION, body), ("bind", host, session, true, forwarding)

    def sign(self, r):
        key = r.choice(["one", "one", "two", "three", "four"])
        host, session = r.choice(["good", "good", "minted"]), r.choice(self.sessions)
        what = r.choice(["login", "login", "login", "git", "file", "bytes"])
        if what == "login":
            user, method = r.choice(["remote", "remote", "root", "remote:x", "", "rem\0ote"]), r.choice([HOSTBOUND, HOSTBOUND, "publickey"])
            data = string(session) + bytes([50]) + string(user) + string("ssh-connection") + string(method) + b"\1"
            data += string("ssh-ed25519") + string(self.keys[key]) + (string(self.hosts[host]) if method == HOSTBOUND else b"")
            meaning = ("login", user, host, session, method)
            if r.random() < 0.15:
                data, meaning = self.spoil(r, data), ("bytes",)
        elif what == "bytes":
            data, meaning = r.randbytes(r.randrange(200)), ("bytes",)
        else:
            data, meaning = sshsig(what, r.randbytes(8)), (what,)
            if r.random() < 0.15:
                data, meaning = self.spoil(r, data), ("bytes",)
        return sign_request(self.keys[key], data), ("sign", key, meaning)

    @staticmethod
    def spoil(r, data):
        """Shorter or longer: no spoilt one means what a whole one does."""
        return data[: r.randrange(len(data))] if r.random() < 0.5 else data + r.randbytes(r.randrange(1, 9))

    def other(self, r):
        kind = r.choice([k for k in range(256) if k not in (LIST, SIGN, EXTENSION)])
        return frame(kind, r.randbytes(r.choice([0, 1, 40, 4000]))), ("other",)

    def session(self, r):
        """[(bytes, meaning)]."""
        parts = []
        for _ in range(r.randrange(1, 16)):
            kind = r.random()
            if kind < 0.3:
                parts.append(self.bind(r))
            elif kind < 0.7:
                parts.append(self.sign(r))
            elif kind < 0.8:
                parts.append((frame(LIST), ("list",)))
            elif kind < 0.84:
                parts.append((frame(EXTENSION, string("query")), ("query",)))
            elif kind < 0.87:
                parts += [r.choice([self.bind, self.sign])(r)] * r.choice([2, 5])
            elif kind < 0.88:
                parts += [(frame(LIST), ("list",))] * r.choice([40, 300, 1100])
            else:
                parts.append(self.other(r))
        if r.random() < 0.3:
            broken = [u32(0), u32(MAX + 1), b"\xff" * 4, frame(LIST)[:3], u32(50) + b"\x0d" * 20]
            parts.append((r.choice(broken), None))
        return parts

    # ---- Playing it.

    @staticmethod
    def send(r, sock, data, pieces):
        while data:
            n = r.randrange(1, 200) if pieces else len(data)
            sock.sendall(data[:n])
            data = data[n:]

    def play(self, seed):
        r = random.Random(seed)
        parts = self.session(r)
        before, first = recorded(), len(self.recorder.heard)
        sock, program = self.start("ssh-client")
        beside = self.beside() if seed % 4 == 0 else None
        model, answers = Model(), Agent.__new__(Agent)
        answers.sock = sock
        pieces, vanish = r.random() < 0.3, r.random() < 0.1
        wanted = [(part, *model.answer(part[0][4], part[0][5:], part[1])) for part in parts if part[1] is not None]
        if r.random() < 0.5:
            writer = threading.Thread(target=self.write_all, args=(r, sock, parts, pieces), daemon=True)
            writer.start()
            if vanish:
                writer.join()
                sock.close()
            else:
                for want in wanted:
                    self.check(answers.reply(), *want)
                writer.join()
        else:
            for part, kinds, sign in wanted:
                self.send(r, sock, part[0], pieces)
                self.check(answers.reply(), part, kinds, sign)
            if parts[-1][1] is None:
                self.send(r, sock, parts[-1][0], False)
        if not vanish or sock.fileno() != -1:
            self.finish(sock, answers)
        try:
            status = program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()
            raise Wrong("the filter does not end") from None
        if status < 0:
            raise Wrong(f"the filter ended by signal {-status}")
        if beside is not None:
            beside()
        self.recorder.settle()
        self.check_agent(self.recorder.heard[first:], wanted, before, vanish)
        return len(parts)

    def write_all(self, r, sock, parts, pieces):
        try:
            for part, _ in parts:
                self.send(r, sock, part, pieces)
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # a frame that is none ended it

    @staticmethod
    def finish(sock, answers):
        try:
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        try:
            last = answers.reply()
        except ConnectionResetError:
            last = None
        if last is not None and last != (FAILURE, b""):
            raise Wrong(f"an answer that nobody asked for: {last!r:.200}")
        sock.close()

    def check(self, reply, part, kinds, sign):
        if reply is None or reply[0] not in kinds:
            raise Wrong(f"{part[1]!r}: {reply and reply[0]}, not {kinds}")
        if reply[0] == FAILURE and reply[1] != b"":
            raise Wrong(f"a FAILURE with a body: {reply!r:.200}")
        if reply[0] == IDENTITIES:
            listed = [key for key, _ in identities(reply)]
            if not set(listed) <= {self.keys["one"], self.keys["two"]} or self.keys["two"] not in listed:
                raise Wrong(f"the list has {len(listed)} keys, and not the right ones")

    def check_agent(self, heard, wanted, before, vanish):
        signs = []
        for frame_, lines in heard:
            kind = frame_[4]
            if kind == SIGN:
                signs.append(frame_)
                if lines < before + len(signs):
                    raise Wrong("a SIGN reached the agent that was not in the record")
            elif kind == EXTENSION:
                if not any(part[0] == frame_ and part[1][0] == "bind" for part, _, _ in wanted):
                    raise Wrong("an extension reached the agent that is no bind of this session")
            elif frame_ != frame(LIST):
                raise Wrong(f"a message of type {kind} reached the agent")
        allowed = [part[0] for part, _, sign in wanted if sign]
        mine = [s for s in signs if s != self.beside_sign]
        if mine != allowed[: len(mine)] or (len(mine) != len(allowed) and not vanish):
            raise Wrong(f"{len(mine)} SIGNs reached the agent, {len(allowed)} are allowed")

    def beside(self):
        """Another client signs meanwhile; what is returned waits for it."""
        sock, program = self.start("work")
        answers = Agent.__new__(Agent)
        answers.sock = sock
        got = []

        def serve():
            begin = time.monotonic()
            sock.sendall(self.beside_sign)
            got.append(answers.reply())
            got.append(time.monotonic() - begin)
            sock.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()

        def done():
            thread.join(20)
            status = program.wait(20)
            if status != 0 or len(got) < 2 or got[0] is None or got[0][0] != SIGNATURE or got[1] > 10:
                raise Wrong(f"the other client was not served: status {status}, {got!r:.200}")

        return done

    @property
    def beside_sign(self):
        return sign_request(self.keys["two"], sshsig("git", b"beside"))


def forget():
    """The record and the rates, between sessions: neither is to be at its bounds here."""
    subprocess.run(["rm", "-rf", HOME + "/.local/state/qssh/record/ssh-client", HOME + "/.local/state/qssh/record/work"], check=True)


def main():
    count, seed, plant = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] == ["plant"]
    player, parts, begin = Player(plant), 0, time.monotonic()
    for i in range(seed, seed + count):
        try:
            parts += player.play(i)
        except (Wrong, OSError, ValueError) as e:
            print(f"session {i}: {e}")
            sys.exit(1)
        if i % 50 == 0:
            forget()
    print(f"{count} sessions, {parts} requests, {len(player.recorder.heard)} that reached the agent, {time.monotonic() - begin:.0f} s: all held")


main()
