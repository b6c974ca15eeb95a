# SPDX-License-Identifier: ISC
"""Five clients use three vaults for long: logins, git signatures, questions, floods and attacks, mixed at random.

usage: soak.py REQUESTS
       soak.py --client NAME SEED REQUESTS THREADS	one client's part of a round
       soak.py --logins NAME COUNT THREADS		real logins, one after the other in each thread
       soak.py --burst NAME COUNT			so many connections at once

Held, each time: what is allowed is signed, all else refused, and nobody waits in vain; each signature that a client got stands in the record of its vault
exactly once, and no other does; the record is whole. After each round no process of qssh's is left, no unit has failed, and managers and agents have as many
descriptors as after the first, and no more memory. A phase with a fault is the last one.
"""

import collections
import contextlib
import glob
import json
import os
import random
import re
import select
import subprocess
import sys
import threading
import time

from agentwire import *

CLIENTS = ("ssh-client", "client1", "client2", "client3", "client4")
IDS = {"ssh-client": 47001, "client1": 47011, "client2": 47012, "client3": 47013, "client4": 47014, "vault": 47002, "other": 47004, "work-vault": 47005}
VAULTS = ("vault", "work-vault", "other")
SOCKETS = {"vault": "default", "work-vault": "work-vault", "other": "other"}
BIND = "/run/world/bind"
ROUNDS = 10
PATIENCE = 600

# The managers are systemd's own: one that is looked at may have just opened something.
WAVER = {"systemd": 2}

# How much more than after the first round each may have at the end: KiB of its own memory. What it shares with files
# is as large as others leave it.
GROWTH = {"systemd": 2048, "ssh-agent": 256, "dom0": 256}


def environment(name):
    run = f"/run/user/{IDS[name]}"
    return {"HOME": f"/home/{name}", "USER": name, "LOGNAME": name, "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": run, "LANG": "C.UTF-8"}


def run_as(name, command, **more):
    uid = IDS[name]
    return subprocess.Popen(command, user=uid, group=uid, extra_groups=[], env={**environment(name), **more}, cwd=f"/home/{name}", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


# ---- One client's part.


class Wrong(Exception):
    pass


class Client:
    def __init__(self, name, seed, requests, threads):
        self.name, self.requests, self.threads = name, requests, threads
        self.random = random.Random(f"{name} {seed}")
        self.lock = threading.Lock()
        self.prefix = f"{name}.{seed}."
        self.sent = 0
        self.number = 0
        self.signed = {v: [] for v in VAULTS}  # users, each once
        self.counted = {v: collections.Counter() for v in VAULTS}  # other purposes
        self.unsure = {v: [] for v in VAULTS}  # asked, and hung up
        self.kinds = collections.Counter()
        self.faults = []
        with open(BIND) as f:
            self.bind, self.host_key, self.session = (bytes.fromhex(line) for line in f.read().split())
        self.keys = {}

    def user(self):
        with self.lock:
            self.number += 1
            return f"{self.prefix}{self.number}"

    def count(self, n):
        with self.lock:
            self.sent += n

    def connect(self, vault):
        return Agent(f"/run/user/{IDS[self.name]}/qssh/{SOCKETS[vault]}", timeout=PATIENCE)

    def expect(self, agent, request, *kinds):
        reply = agent.ask(request)
        self.count(1)
        if reply is None or reply[0] not in kinds:
            raise Wrong(f"answered {reply and reply[0]}, not {kinds}")
        return reply

    def list(self, agent, vault):
        listed = identities(self.expect(agent, frame(LIST), IDENTITIES))
        key = next((k for k, comment in listed if "ed25519" in comment), None)
        if key is None:
            raise Wrong("no key is listed")
        self.keys[vault] = key
        return key

    def login(self, key, user):
        body = string(self.session) + bytes([50]) + string(user) + string("ssh-connection") + string("publickey-hostbound-v00@openssh.com")
        return sign_request(key, body + b"\1" + string("ssh-ed25519") + string(key) + string(self.host_key))

    # Each makes one connection.

    def do_logins(self, vault):
        agent = self.connect(vault)
        self.expect(agent, self.bind, SUCCESS)
        key = self.list(agent, vault)
        for _ in range(self.random.randint(1, 20)):
            user = self.user()
            self.expect(agent, self.login(key, user), SIGNATURE)
            with self.lock:
                self.signed[vault].append(user)
        agent.close()

    def do_git(self, vault):
        agent = self.connect(vault)
        key = self.list(agent, vault)
        for i in range(self.random.randint(1, 10)):
            self.expect(agent, sign_request(key, sshsig("git", b"%d" % i)), SIGNATURE)
            with self.lock:
                self.counted[vault]["git"] += 1
        agent.close()

    def do_question(self, vault):
        """A few of them are answered once and remembered."""
        agent = self.connect(vault)
        key = self.list(agent, vault)
        namespace = f"ask-{self.random.randint(1, 4)}"
        self.expect(agent, sign_request(key, sshsig(namespace, b"x")), SIGNATURE)
        with self.lock:
            self.counted[vault]["sshsig:" + namespace] += 1
        agent.close()

    def do_no(self, vault):
        """The person says no to sudo; after three of them the client is not even asked."""
        agent = self.connect(vault)
        key = self.list(agent, vault)
        words = [os.urandom(16), "root", "me", "sudo", "/home/me", "sudo id", "build.corp"]
        session = u32(101) + b"".join(string(w) for w in words) + bytes(8)
        data = string(session) + bytes([50]) + string("root") + string("pam_ssh_agent_auth") + string("publickey") + b"\1" + string("ssh-ed25519") + string(key)
        self.expect(agent, sign_request(key, data), FAILURE)
        agent.close()

    def do_refused(self, vault):
        agent = self.connect(vault)
        self.expect(agent, self.bind, SUCCESS)
        key = self.list(agent, vault)
        for _ in range(self.random.randint(1, 10)):
            self.expect(agent, self.login(key, "deny-" + self.user()), FAILURE)
        agent.close()

    def do_hang_up(self, vault):
        agent = self.connect(vault)
        self.expect(agent, self.bind, SUCCESS)
        user = self.user()
        key = self.list(agent, vault)
        with self.lock:
            self.unsure[vault].append(user)
        agent.send(self.login(key, user))
        self.count(1)
        time.sleep(self.random.random() / 50)
        agent.close()

    def do_silent(self, vault):
        agent = self.connect(vault)
        time.sleep(self.random.random() / 10)
        if self.random.random() < 0.5:
            agent.send(frame(LIST)[: self.random.randint(1, 5)])
        agent.close()

    # What only a hostile client qube does: without its helper.

    def call(self, vault):
        return Call(vault if vault != "vault" else "@default", timeout=PATIENCE)

    def end(self, call):
        call.close()
        try:
            call.program.wait(20)
        except subprocess.TimeoutExpired:
            call.program.kill()
            raise Wrong("the call does not end") from None

    def do_flood(self, vault):
        call = self.call(vault)
        n = self.random.randint(20, 200)
        kind = self.random.choice((REMOVE_ALL, ADD, LOCK, UNLOCK, SMARTCARD_ADD, 99, EXTENSION))
        call.send(frame(kind, string("x") + os.urandom(20)) * n)
        for _ in range(n):
            if call.reply() != (FAILURE, b""):
                raise Wrong(f"message {kind} was not refused")
        self.count(n)
        self.end(call)

    def do_attack(self, vault):
        """Frames and fields of wrong lengths, changed binds, noise. No word of it is a signature's."""
        call = self.call(vault)
        key = self.keys.get(vault, string("ssh-ed25519") + string(bytes(32)))
        with contextlib.suppress(OSError, ValueError):
            for _ in range(self.random.randint(1, 20)):
                whole = bytearray(self.random.choice((self.bind, self.login(key, "deny-" + self.user()), sign_request(key, os.urandom(64))[:-3])))
                for _ in range(self.random.randint(1, 4)):
                    whole[self.random.randrange(5, len(whole))] = self.random.randrange(256)
                whole = bytes(whole)
                if self.random.random() < 0.2:
                    whole = u32(self.random.choice((0, MAX + 1, len(whole) + 9))) + whole[4:]
                call.send(whole)
                self.count(1)
                if self.random.random() < 0.5:
                    call.sock.settimeout(0.2)
                    reply = call.reply()
                    if reply and reply[0] == SIGNATURE:
                        raise Wrong("an attack was signed")
        self.end(call)

    # The real programs.

    def run(self, command, vault):
        path = f"/run/user/{IDS[self.name]}/qssh/{SOCKETS[vault]}"
        done = subprocess.run(command, env={**os.environ, "SSH_AUTH_SOCK": path}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
        if done.returncode != 0:
            raise Wrong(f"{' '.join(command)}: status {done.returncode}: {done.stdout}")

    def do_ssh(self, vault):
        self.run(["ssh", "-o", f"IdentityAgent=/run/user/{IDS[self.name]}/qssh/{SOCKETS[vault]}", "remote@host", "true"], vault)
        with self.lock:
            self.counted[vault]["ssh"] += 1
        self.count(3)

    def do_commit(self, vault):
        with self.git:
            key = f"/run/world/{vault}.pub"
            self.run(["git", "-C", "project", "-c", f"user.signingkey={key}", "commit", "-qS", "--allow-empty", "-m", "signed"], vault)
        with self.lock:
            self.counted[vault]["git"] += 1
        self.count(2)

    MIX = (
        ("logins", 30), ("git", 15), ("question", 3), ("refused", 10), ("hang_up", 5), ("silent", 4), ("flood", 8), ("attack", 10), ("ssh", 4), ("commit", 2), ("no", 1),
    )  # fmt: skip

    def work(self):
        names, weights = zip(*self.MIX)
        while self.sent < self.requests and len(self.faults) < 20:
            with self.lock:
                kind, vault = self.random.choices(names, weights)[0], self.random.choice(VAULTS)
            # A client that has heard no too often gets no question answered: that one asks for nothing else.
            if (kind == "no") != (self.name == CLIENTS[-1] and kind in ("no", "question")):
                continue
            try:
                getattr(self, "do_" + kind)(vault)
            except (Wrong, OSError, ValueError, subprocess.TimeoutExpired) as e:
                self.faults.append(f"{self.name} {kind} {vault}: {type(e).__name__} {e}")
            with self.lock:
                self.kinds[kind] += 1

    def all(self, work):
        self.git = threading.Lock()
        threads = [threading.Thread(target=work) for _ in range(self.threads)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        keep = ("signed", "counted", "unsure", "kinds", "faults", "sent")
        print(json.dumps({k: getattr(self, k) for k in keep}))


def logins(name, count, threads):
    c = Client(name, "logins", count, threads)

    def work():
        while True:
            with c.lock:
                if c.number >= count:
                    return
                c.number += 1
                vault = VAULTS[c.number % len(VAULTS)]
            try:
                c.do_ssh(vault)
            except (Wrong, subprocess.TimeoutExpired) as e:
                c.faults.append(f"{name} login {vault}: {e}")
            with c.lock:
                c.kinds["ssh"] += 1

    c.all(work)


def burst(name, count):
    """All are connected before the first one asks."""
    c = Client(name, "burst", count, 1)

    def work():
        agents = [c.connect(VAULTS[i % len(VAULTS)]) for i in range(count)]
        for a in agents:
            a.send(frame(LIST))
        waiting = {a.sock: a for a in agents}
        while waiting:
            ready = select.select(list(waiting), [], [], PATIENCE)[0]
            if not ready:
                c.faults.append(f"{len(waiting)} connections of the burst wait in vain")
                break
            for a in map(waiting.pop, ready):
                try:
                    if len(identities(a.reply())) < 1:
                        c.faults.append("a connection of the burst was listed no key")
                except (OSError, ValueError, TypeError) as e:
                    c.faults.append(f"a connection of the burst was lost: {e!r}")
                a.close()
        c.sent += count
        c.kinds["burst"] += count

    c.all(work)


# ---- The world around them.


def processes():
    """(pid, uid, name) of each, by its program."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            yield pid, os.stat(f"/proc/{pid}").st_uid, os.path.basename(os.readlink(f"/proc/{pid}/exe"))


def memory_of(pid, kind):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        return int(re.search(rf"^{kind}:\s+(\d+)", f.read(), re.M)[1])


def sample(kind, most=1000):
    """By name: how many there are, and of the largest of most of them its KiB of that kind and its descriptors."""
    seen = {}
    for pid, _, name in processes():
        if not name.startswith(("qssh", "qrexec")) and name not in GROWTH:
            continue
        at = seen.setdefault(name, [0, 0, 0])
        at[0] += 1
        if at[0] <= most:
            with contextlib.suppress(OSError, TypeError):
                at[1] = max(at[1], memory_of(pid, kind))
                at[2] = max(at[2], len(os.listdir(f"/proc/{pid}/fd")))
    return seen


class Watch(threading.Thread):
    """The most of each kind, looked for so seldom that it takes a sixth of a processor at most."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most = {}
        self.start()

    def run(self):
        while True:
            begin = time.monotonic()
            for name, found in sample("Pss", 10).items():
                self.most[name] = [max(pair) for pair in zip(found, self.most.get(name, [0, 0, 0]))]
            time.sleep(max(0.5, 5 * (time.monotonic() - begin)))


def busy():
    return [f"{name} {pid}" for pid, _, name in processes() if name.startswith("qssh") or name == "qrexec-client-vm"]


def wait_until_idle(seconds):
    end = time.monotonic() + seconds
    while busy() and time.monotonic() < end:
        time.sleep(0.1)
    return busy()


def failed_units(name):
    with run_as(name, ["systemctl", "--user", "--failed", "--no-legend", "--plain"]) as p:
        failed = p.stdout.read().strip()
    with run_as(name, ["systemctl", "--user", "list-units", "--all", "--no-legend", "--plain", "qssh@*"]) as p:
        return failed + p.stdout.read().strip()


def capture():
    """A real ssh's bind, for all."""
    path = "/run/world/capture"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(8)
    with run_as("ssh-client", ["ssh", "-o", f"IdentityAgent={path}", "-o", "BatchMode=yes", "remote@host", "true"]) as p:
        conn = listener.accept()[0]
        head = receive(conn, 4)
        body = receive(conn, struct.unpack(">I", head)[0])
        conn.close()
        listener.close()
        p.stdout.read()
    key, rest = take_string(take_string(body[1:])[1])
    with open(BIND, "w") as f:
        f.write("\n".join(b.hex() for b in (head + body, key, take_string(rest)[0])))
    os.chmod(BIND, 0o644)


def recorded(vault):
    """[(client, words)] of the signatures in a vault's record."""
    found = []
    for path in glob.glob(f"/home/{vault}/.local/state/qssh/record/*/signatures*"):
        with open(path) as f:
            for line in f:
                words = dict(w.split("=", 1) for w in line.split())
                if words.get("event") == "sign":
                    found.append(words)
    return found


class Soak:
    def __init__(self, requests):
        self.requests = requests
        self.faults = []
        self.total = collections.Counter()
        self.kinds = collections.Counter()
        self.signed = {v: collections.Counter() for v in VAULTS}
        self.unsure = {v: set() for v in VAULTS}
        self.counted = {v: collections.Counter() for v in VAULTS}
        self.idle = []
        self.begin = time.monotonic()

    def together(self, parts):
        """Runs (client, arguments), all at once, and adds up what they say."""
        running = [run_as(name, [sys.executable, __file__, *map(str, arguments)], PYTHONPATH="/tests/lib", PYTHONDONTWRITEBYTECODE="1") for name, arguments in parts]
        for p in running:
            said = p.communicate()[0]
            try:
                r = json.loads(said.splitlines()[-1])
            except (ValueError, IndexError):
                self.faults.append(f"a client failed: {said[-2000:]}")
                continue
            self.faults += r["faults"]
            self.total["requests"] += r["sent"]
            self.kinds.update(r["kinds"])
            for v in VAULTS:
                self.signed[v].update(r["signed"][v])
                self.unsure[v].update(r["unsure"][v])
                self.counted[v].update(r["counted"][v])

    def settle(self, what):
        left = wait_until_idle(60)
        if left:
            self.faults.append(f"after {what} there are: {', '.join(left[:10])}")
        for name in CLIENTS:
            failed = failed_units(name)
            if failed:
                self.faults.append(f"{name}, after {what}: {failed}")
        self.idle.append(sample("Pss_Anon"))
        t = time.monotonic() - self.begin
        print(f"{t:7.1f} s  {what}: {self.total['requests']} requests so far, {len(self.faults)} faults", flush=True)

    def phase_burst(self):
        self.together([("ssh-client", ("--burst", "ssh-client", 500))])
        self.settle("500 connections at once")

    def phase_logins(self, count):
        share = [32 // 5 + (i < 32 % 5) for i in range(5)]
        self.together([(name, ("--logins", name, count // 5, n)) for name, n in zip(CLIENTS, share)])
        self.settle(f"{count // 5 * 5} logins, 32 at a time")

    def phase_mixed(self, seed, requests):
        self.together([(name, ("--client", name, seed, requests // len(CLIENTS), 5)) for name in CLIENTS])
        self.settle(f"mixed round {seed}")

    def check_record(self, vault):
        users, purposes = collections.Counter(), collections.Counter()
        for words in recorded(vault):
            if words["purpose"] == "login" and words["user"] != "remote":
                users[words["user"]] += 1
            else:
                purposes["ssh" if words["purpose"] == "login" else words["purpose"]] += 1
        want = self.signed[vault]
        lost, twice = [u for u in want if u not in users], [u for u, n in users.items() if n > 1]
        others = [u for u in users if u not in want and u not in self.unsure[vault]]
        for what, found in (("not recorded", lost), ("recorded twice", twice), ("recorded, but nobody got them", others)):
            if found:
                self.faults.append(f"{vault}: {len(found)} signatures {what}, as {found[0]}")
        if +purposes != +self.counted[vault]:
            self.faults.append(f"{vault}: recorded {dict(purposes)}, got {dict(self.counted[vault])}")
        with run_as(vault, ["qssh-vault", "log", "--verify"]) as p:
            said = p.stdout.read()
        if p.returncode != 0:
            self.faults.append(f"{vault}: log --verify: {said}")
        self.total["signatures"] += sum(want.values()) + sum(self.counted[vault].values())

    def check_growth(self):
        first, last = self.idle[0], self.idle[-1]
        for name, (count, memory, fds) in sorted(last.items()):
            count0, memory0, fds0 = first.get(name, [0, 0, 0])
            print(f"{name:16} idle, first: {count0} of {memory0} KiB of its own, {fds0} descriptors; last: {count} of {memory} KiB, {fds} descriptors")
            for what, was, now, more in (
                ("processes", count0, count, 0),
                ("descriptors", fds0, fds, WAVER.get(name, 0)),
                ("KiB", memory0, memory, GROWTH.get(name, 0)),
            ):
                if now > was + more:
                    self.faults.append(f"{name} has more {what}: {was}, then {now}")

    def phases(self):
        yield self.phase_mixed, 0, max(self.requests // 50, 200)
        self.idle.clear()
        yield self.phase_burst,
        yield self.phase_logins, self.requests // 50
        for i in range(1, ROUNDS + 1):
            left = self.requests - self.total["requests"]
            if left > 0:
                yield self.phase_mixed, i, left // (ROUNDS + 1 - i)
        yield self.phase_burst,

    def run(self):
        capture()
        for v in VAULTS:
            with open(f"/run/world/{v}.pub", "w") as f, open(f"/home/{v}/.ssh/id_ed25519.pub") as key:
                f.write(key.read())
        watch = Watch()
        for phase, *arguments in self.phases():
            phase(*arguments)
            if self.faults:
                break
        for v in VAULTS:
            self.check_record(v)
        self.check_growth()
        for name, (count, memory, fds) in sorted(watch.most.items()):
            print(f"{name:16} at most {count} at once, of {memory} KiB, {fds} descriptors")
        print(f"connections: {dict(sorted(self.kinds.items()))}")
        print(f"{self.total['requests']} requests, {self.total['signatures']} signatures, each recorded once; {time.monotonic() - self.begin:.0f} s")
        for f in self.faults[:20]:
            print(f"not ok {f}")
        print(f"{len(self.faults)} faults", flush=True)
        os._exit(1 if self.faults else 0)


if sys.argv[1] == "--client":
    c = Client(sys.argv[2], *map(int, sys.argv[3:6]))
    c.all(c.work)
elif sys.argv[1] == "--logins":
    logins(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
elif sys.argv[1] == "--burst":
    burst(sys.argv[2], int(sys.argv[3]))
else:
    Soak(int(sys.argv[1])).run()
