# SPDX-License-Identifier: ISC
"""Every system call of qssh-client, qssh-filter and the asker fails once in each way, while a client logs in over the stand-in qrexec.

usage: faults.py [--only PROGRAM[/SCENARIO[/CALL]]] [--sample N] [--part I/N]
       faults.py --ssh		what the harness keeps as the client's ssh, on a terminal

First each scenario runs without a fault, which counts the calls. Then, for each (call, N, fault), one connection is made as a login makes it: BIND, LIST, SIGN.
What is answered may be a refusal, or an end where the helper itself was hit. Not: an answer later than 5 s, the end of a process by a signal, a signature that the
record does not hold before the agent is asked for it, a process that stays, a descriptor that a started program or the agent has kept. After a fault that kept the
client from its signature, the next client must be served.
"""

import argparse
import base64
import collections
import json
import os
import pty
import select
import shutil
import socket
import subprocess
import sys
import threading
import time

from agentwire import *

DEADLINE = 5
HERE = "/run/world/faults"
SOCK = "/run/user/47001/faults/default"
PLAN, REPORT = HERE + "/plan", HERE + "/report"
SERVICE = "/etc/qubes-rpc/qubes.SshAgent"
RECORD = "/home/vault/.local/state/qssh/record/ssh-client/"
INJECT = "/tests/faults/inject"
CLIENT, VAULT = 47001, 47002

ERRORS = ("EINTR", "ENOSPC", "EMFILE", "ENOMEM", "EPIPE", "EIO")
FAULTS = ERRORS + ("short", "kill")
SHORTENED = {"read", "readv", "pread64", "write", "pwrite64", "writev"}
# What there may be none left of, from the N-th use on.
NEEDS = {"descriptors": "EMFILE", "space": "ENOSPC", "memory": "ENOMEM"}
# posix_spawn(3) makes them for each of the 64 signals.
SOME = {"rt_sigaction": 12}
# They can't fail: a program that wants its end has it.
ENDS = {"exit", "exit_group", "rt_sigreturn", "restart_syscall"}

# PROGRAM: its role for inject, and its scenarios: the letter that the user's name begins with, for the rules.
PROGRAMS = {
    "qssh-client": ("main", {"login": "a", "refused": "r", "pinned": "p"}),
    "qssh-filter": ("main", {"login": "a", "refused": "r", "question": "q"}),
    "asker": ("asker", {"login": "a", "refused": "r", "question": "q"}),
}

# What may be wrong for want of a processor.
LATE = ("hang", "left: ", "the helper does not end", "a traced process stays", "the next client was not served")

Case = collections.namedtuple("Case", "program scenario call nth fault")


# ---- The client's ssh.


def step(agent, request):
    try:
        reply = agent.ask(request)
    except socket.timeout:
        return "hang"
    except (OSError, ValueError):
        return "closed"
    return "closed" if reply is None else reply[0]


def ssh():
    """A line in: the steps, as hex. A line out: for each the answer's kind, `closed` or `hang`."""
    for line in sys.stdin:
        agent = Agent(SOCK, timeout=DEADLINE)
        results = []
        for request in json.loads(line):
            results.append(step(agent, bytes.fromhex(request)))
            if results[-1] in ("hang", "closed"):
                break
        agent.close()
        print(json.dumps(results), flush=True)


class Ssh:
    """One process for all connections, with a terminal of the client's for its stderr."""

    def __init__(self):
        self.terminal, theirs = pty.openpty()
        os.fchown(theirs, CLIENT, CLIENT)
        os.set_blocking(self.terminal, False)
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--ssh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=theirs, user=CLIENT, group=CLIENT, extra_groups=[]
        )
        self.theirs = theirs  # kept, so that the terminal lives

    def start(self, steps):
        self.process.stdin.write(json.dumps([s.hex() for s in steps]).encode() + b"\n")
        self.process.stdin.flush()

    def results(self, steps):
        if not select.select([self.process.stdout], [], [], (steps + 1) * DEADLINE)[0]:
            return ["hang"]
        return json.loads(self.process.stdout.readline())

    def told(self):
        """What the terminal was told since the last look."""
        try:
            return os.read(self.terminal, 65536).decode(errors="replace")
        except BlockingIOError:
            return ""


# ---- Between the filter and the real agent.


def record_lines(user):
    """The whole lines of the record that say that this user's login is signed."""
    found = []
    for name in os.listdir(RECORD):
        if name.startswith("signatures"):
            with open(RECORD + name, "rb") as f:
                lines = f.read().split(b"\n")[:-1]
            found += [line for line in lines if b" event=sign " in line and b" user=" + user + b" " in line]
    return found


class Between:
    """The agent's socket that the vault's session names. It looks into the record before it passes a SIGN on."""

    def __init__(self, real):
        self.real = real
        self.signed, self.unrecorded = collections.Counter(), []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(HERE + "/agent")
        os.chmod(HERE + "/agent", 0o666)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            conn = self.listener.accept()[0]
            threading.Thread(target=self.serve, args=(conn,), daemon=True).start()

    def look(self, body):
        data = take_string(take_string(body)[1])[0]
        user = take_string(take_string(data)[1][1:])[0]
        if not record_lines(user):
            self.unrecorded.append(user.decode())
        self.signed[user.decode()] += 1

    def serve(self, conn):
        agent = Agent(self.real)
        try:
            while True:
                head = receive(conn, 4)
                if len(head) < 4:
                    break
                body = receive(conn, struct.unpack(">I", head)[0])
                if body[0] == SIGN:
                    self.look(body[1:])
                kind, answer = agent.ask(head + body)
                conn.sendall(frame(kind, answer))
        except OSError:
            pass
        agent.close()
        conn.close()


# ---- The world around it.


def cmdline(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as f:
        return f.read()


def left():
    """What runs of qssh and qrexec, and the dialog."""
    found = []
    for pid in os.listdir("/proc"):
        if not pid.isdigit():
            continue
        try:
            exe = os.readlink(f"/proc/{pid}/exe")
            base = os.path.basename(exe)
            if base.startswith("qssh") or base == "qrexec-client-vm" or b"/home/vault/askpass" in cmdline(pid):
                found.append(f"{base} {pid}")
        except OSError:
            pass
    return found


def pids(uid, name):
    found = []
    for pid in os.listdir("/proc"):
        try:
            if pid.isdigit() and os.stat(f"/proc/{pid}").st_uid == uid and os.path.basename(os.readlink(f"/proc/{pid}/exe")) == name:
                found.append(pid)
        except OSError:
            pass
    return found


def descriptors(pids):
    return sum(len(os.listdir(f"/proc/{p}/fd")) for p in pids)


def wait_for(condition, seconds=DEADLINE):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def captured_bind():
    """The first message of a real ssh's, and its session."""
    path = HERE + "/capture"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(8)
    command = ["ssh", "-o", f"IdentityAgent={path}", "-o", "BatchMode=yes", "remote@host", "true"]
    process = subprocess.Popen(command, user=CLIENT, group=CLIENT, extra_groups=[], env=user_env(CLIENT), stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    conn = listener.accept()[0]
    head = receive(conn, 4)
    body = receive(conn, struct.unpack(">I", head)[0])
    conn.close()
    listener.close()
    process.wait()
    name, rest = take_string(body[1:])
    key, rest = take_string(rest)
    session, rest = take_string(rest)
    if name != b"session-bind@openssh.com":
        raise ValueError(f"ssh began with {name!r}")
    return head + body, key, session


def user_env(uid, **more):
    name = {CLIENT: "ssh-client", VAULT: "vault"}[uid]
    return {"HOME": f"/home/{name}", "USER": name, "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": f"/run/user/{uid}", "LANG": "C.UTF-8", **more}


def hostbound(session, user, key, host_key):
    body = string(session) + bytes([50]) + string(user) + string("ssh-connection") + string("publickey-hostbound-v00@openssh.com")
    return body + b"\1" + string("ssh-ed25519") + string(key) + string(host_key)


class World:
    def __init__(self):
        self.number = 0
        self.agent_pids = pids(VAULT, "ssh-agent")
        self.between = Between("/run/user/47002/agent")
        self.key = identities(Agent("/run/user/47002/agent").ask(frame(LIST)))[0][0]
        self.bind, self.host_key, self.session = captured_bind()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(SOCK)
        os.chown(SOCK, CLIENT, CLIENT)
        self.listener.listen(8)
        self.listener.settimeout(DEADLINE)
        self.ssh = Ssh()
        self.service = None
        wait_for(lambda: not left())
        self.fds = None

    def serve_by(self, program):
        """Which program is the vault's service from now on."""
        if self.service == program:
            return
        text = "#!/usr/lib/qssh/qssh-filter\n" if program == "filter" else f"#!/bin/sh\nexec {INJECT} {PLAN} {REPORT} /usr/lib/qssh/qssh-filter\n"
        with open(SERVICE + ".new", "w") as f:
            f.write(text)
        os.chmod(SERVICE + ".new", 0o755)
        os.rename(SERVICE + ".new", SERVICE)
        self.service = program

    def pins(self, wanted):
        """Whether the client has a key pinned."""
        path = "/home/ssh-client/.config/qssh/pins/default.pub"
        if wanted == os.path.exists(path):
            return
        if not wanted:
            os.unlink(path)
            return
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        with open(path, "w") as f:
            f.write(f"ssh-ed25519 {base64.b64encode(self.key).decode()} ed25519@vault\n")
        for name in (path, os.path.dirname(path)):
            os.chown(name, CLIENT, CLIENT)

    def forget(self):
        """What one run leaves for the next on purpose: that a person said no, or was told."""
        for name in ("cooldown", "shown", "grants"):
            shutil.rmtree(f"/run/user/47002/qssh/{name}", ignore_errors=True)

    def run(self, letter, traced=None, plan=""):
        """One connection. (what was answered to BIND, LIST and SIGN, the report's lines, what is wrong)"""
        self.number += 1
        user = f"{letter}{self.number:06}"
        if os.path.exists(REPORT):
            os.unlink(REPORT)
        with open(PLAN, "w") as f:
            f.write(plan)
        self.serve_by("inject" if traced not in (None, "qssh-client") else "filter")
        self.pins(letter == "p")
        steps = [self.bind, frame(LIST), sign_request(self.key, hostbound(self.session, user, self.key, self.host_key))]
        self.ssh.start(steps)
        conn = self.listener.accept()[0]
        command = ["/usr/lib/qssh/qssh-client"]
        if traced == "qssh-client":
            command = [INJECT, PLAN, REPORT] + command
        helper = subprocess.Popen(command, stdin=conn, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=CLIENT, group=CLIENT, extra_groups=[], env=user_env(CLIENT))
        conn.close()
        answers = self.ssh.results(len(steps))
        wrong = []
        if "hang" in answers:
            wrong.append("hang")
        try:
            helper.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            wrong.append("the helper does not end")
        report = []
        if traced:
            if not wait_for(lambda: self.ended(report)):
                wrong.append("a traced process stays")
        if not wait_for(lambda: not left()):
            wrong.append(f"left: {', '.join(left())}")
            subprocess.run(["pkill", "-KILL", "qssh"], check=False)
            helper.wait()
        wrong += self.check(user, answers, report)
        return answers, report, wrong

    @staticmethod
    def ended(report):
        if not os.path.exists(REPORT):
            return False
        with open(REPORT) as f:
            report[:] = f.read().splitlines()
        return report[-1:] == ["done"]

    def check(self, user, answers, report):
        wrong = []
        if self.between.unrecorded:
            wrong.append("the agent was asked for a signature that the record does not hold")
            self.between.unrecorded.clear()
        signed, lines = self.between.signed[user], len(record_lines(user.encode()))
        if signed > 1 or lines > 1:
            wrong.append(f"signed {signed} times, recorded {lines} times")
        kinds = ((SUCCESS, FAILURE, EXTENSION_FAILURE, "closed"), (IDENTITIES, FAILURE, "closed"), (SIGNATURE, FAILURE, "closed"))
        for name, answer, good in zip(("BIND", "LIST", "SIGN"), answers, kinds):
            if answer not in good and answer != "hang":
                wrong.append(f"{name} was answered with {answer}")
        if answers[2:] == [SIGNATURE] and signed != 1:
            wrong.append("a signature came from nowhere")
        for line in report:
            words = line.split()
            if words[0] == "end" and words[2] == "signal" and words[3] not in ("9", "15"):
                wrong.append(f"ended by signal {words[3]}")
            if words[0] == "leak":
                wrong.append("started with open descriptors: " + " ".join(words[1:]))
        if not wait_for(lambda: self.fds is None or descriptors(self.agent_pids) <= self.fds):
            wrong.append(f"{descriptors(self.agent_pids) - self.fds} descriptors of the agents stay")
        return wrong


# ---- The plan.


def served(scenario, answers):
    return answers == [SUCCESS, IDENTITIES, FAILURE if scenario == "refused" else SIGNATURE]


def trace(world, program, scenario):
    """How often each call is made, by its name, in the longer of two runs; and how often of that before main, which an mprotect(2) ends."""
    role, scenarios = PROGRAMS[program]
    most, early = collections.Counter(), collections.Counter()
    for _ in range(2):
        world.forget()
        answers, report, wrong = world.run(scenarios[scenario], program, "")
        if wrong or not served(scenario, answers):
            sys.exit(f"faults: {program} {scenario} fails without a fault: {answers} {wrong}")
        count = collections.Counter(line.split()[2] for line in report if line.split()[:2] in (["call", role], ["need", role]))
        most |= count
        if role == "main":
            started = max(i for i, line in enumerate(report) if line == "call main mprotect")
            early = collections.Counter(line.split()[2] for line in report[:started])
    return most, early


def spread(count, most):
    """most numbers of 1 to count, the first and the last among them."""
    if count <= most:
        return list(range(1, count + 1))
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)})


def is_fault(early, call, nth, fault):
    """Not where libc maps a program and makes its first memory: glibc and musl end by a signal then, in any program. And a brk(2) fails in one way."""
    if fault == "kill":
        return True
    if call in ENDS or (fault == "short" and call not in SHORTENED):
        return False
    if call in ("memory", "mmap", "brk", "arch_prctl") and nth <= early[call]:
        return False
    return call != "brk" or fault == "ENOMEM"


def cases_of(program, scenario, counts, early):
    for call, count in sorted(counts.items()):
        for nth in spread(count, SOME.get(call, count)):
            for fault in [NEEDS[call]] if call in NEEDS else FAULTS:
                if is_fault(early, call, nth, fault):
                    yield Case(program, scenario, call, nth, fault)


class Tally:
    def __init__(self):
        self.tried, self.survived, self.served, self.missed = (collections.Counter() for _ in range(4))
        self.failures = []

    def note(self, case, hit, answers, wrong):
        at = case.program, case.fault
        if not hit:
            self.missed[at] += 1
            return
        self.tried[at] += 1
        self.survived[at] += not wrong
        self.served[at] += served(case.scenario, answers)
        if wrong:
            self.failures.append(f"{case.program} {case.scenario}: {case.call} {case.nth} {case.fault}: {'; '.join(wrong)} (answers {answers})")
            print("not ok " + self.failures[-1], flush=True)


def once(world, case):
    """(whether the fault was injected, the answers, what is wrong)"""
    role, scenarios = PROGRAMS[case.program]
    world.forget()
    answers, report, wrong = world.run(scenarios[case.scenario], case.program, f"{role} {case.call} {case.nth} {case.fault}")
    hit = any(line.startswith("hit ") for line in report)
    if case.program != "qssh-client" and "closed" in answers:
        wrong.append("the helper closed the connection, and did not refuse")
    if hit and not served(case.scenario, answers):
        after, _, trouble = world.run("a")
        if trouble or not served("login", after):
            wrong.append(f"the next client was not served: {after} {trouble}")
    return hit, answers, wrong


def is_late(what):
    """It may be that the machine was busy."""
    return what.startswith(LATE) or what.endswith(" stay")


def try_case(world, case, tally):
    """What is late once is tried again, and told. All else that is wrong is wrong the first time."""
    hit, answers, wrong = once(world, case)
    if wrong and all(map(is_late, wrong)):
        print("once", *case, wrong, flush=True)
        hit, answers, wrong = once(world, case)
    tally.note(case, hit, answers, wrong)


def plan(world, only, first):
    """All cases of what is to be tried."""
    cases = []
    for program, (_, scenarios) in PROGRAMS.items():
        for scenario in scenarios:
            if only[0] not in ("", program) or only[1] not in ("", scenario):
                continue
            counts, early = trace(world, program, scenario)
            if first:
                print(f"calls of {program}, {scenario}: {sum(n for call, n in counts.items() if call not in NEEDS)}")
            cases += [c for c in cases_of(program, scenario, counts, early) if only[2] in ("", c.call)]
    return cases


def verify():
    """Whether the record is whole, whatever its writers suffered."""
    command = ["qssh-vault", "log", "--verify"]
    done = subprocess.run(command, user=VAULT, group=VAULT, extra_groups=[], env=user_env(VAULT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout.strip()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--only", default="")
    p.add_argument("--sample", type=int, default=0)
    p.add_argument("--part", default="0/1")
    a = p.parse_args()
    part, parts = map(int, a.part.split("/"))
    world = World()
    world.run("a")
    world.fds = descriptors(world.agent_pids)
    cases = plan(world, (a.only.split("/") + ["", "", ""])[:3], part == 0)
    if 0 < a.sample < len(cases):
        cases = [cases[i * len(cases) // a.sample] for i in range(a.sample)]
    tally = Tally()
    for case in cases[part::parts]:
        try_case(world, case, tally)
    for program, fault in sorted(tally.tried | tally.missed):
        at = program, fault
        print(f"sum {program} {fault} {tally.tried[at]} {tally.survived[at]} {tally.served[at]} {tally.missed[at]}")
    code, said = verify()
    if code != 0:
        said = "; ".join(said.splitlines())
        print(f"not ok the record is not whole: {said}")
    print("end", flush=True)
    world.ssh.process.kill()
    os._exit(1 if tally.failures or code != 0 else 0)


if __name__ == "__main__":
    if sys.argv[1:] == ["--ssh"]:
        ssh()
    else:
        main()
