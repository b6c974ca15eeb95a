#!/bin/bash
# A thousand refusals in a second, over many connections, are a handful of notifications, and their number; no other client's are held back.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

bus_start
notifications plain
policy <<'EOF2'
qubes.SshAgent + ssh-client @default allow target=vault
qubes.SshAgent + work-vault vault allow
EOF2
rules <<'EOR'
deny * for sshsig:*
allow * for any
EOR

run python ssh-client <<'EOP'
import time
begin = time.monotonic()
key = identities(Agent().ask(frame(LIST)))[0][0]
for _ in range(5):
    a = Agent()
    a.send(sign_request(key, sshsig("git", b"x")) * 200)
    for _ in range(200):
        same(a.reply(), (FAILURE, b""))
    a.close()
print(time.monotonic() - begin)
EOP
expect 0
as work-vault PYTHONDONTWRITEBYTECODE=1 python3 /tests/lib/signs.py --call git
wait_for grep -q 'more refused' $notices
wait_for none_running
python3 - $notices <<'EOP'
import json, re, sys
all = [json.loads(line) for line in open(sys.argv[1])]
bodies = [n["body"] for n in all if n["summary"] == "ssh-client"]
single = [b for b in bodies if b.startswith("Refused to sign")]
told = sum(int(re.fullmatch(r"(\d+) more refused\.", b)[1]) for b in bodies if "more refused" in b)
assert len(single) == 3 and len(bodies) <= 6, bodies
assert len(single) + told == 1000, (len(single), told)
assert [n["body"].startswith("Refused to sign") for n in all if n["summary"] == "work-vault"] == [True], all
EOP
