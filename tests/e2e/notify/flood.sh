#!/bin/bash
# SPDX-License-Identifier: ISC
# A thousand refusals in a second, over many connections, are a handful of notifications, and their number; no other
# client's are held back.
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
wait_for grep -q 'Refused: and' $notices
wait_for none_running
python3 - $notices <<'EOP'
import json, re, sys
all = [json.loads(line) for line in open(sys.argv[1])]
titles = [n["summary"] for n in all if "ssh-client" in n["summary"]]
single = [t for t in titles if t == "Refused: git signature for ssh-client"]
told = sum(int(re.fullmatch(r"Refused: and (\d+) more of ssh-client", t)[1]) for t in titles if "more" in t)
assert len(single) == 3 and len(titles) <= 6, titles
assert len(single) + told == 1000, (len(single), told)
assert [n["summary"] for n in all if "work-vault" in n["summary"]] == ["Refused: git signature for work-vault"], all
EOP
