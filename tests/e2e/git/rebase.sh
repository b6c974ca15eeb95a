#!/bin/bash
# SPDX-License-Identifier: ISC
# A rebase that signs 50 commits is one question under the built-in rules, and notifications that count: what is said
# again within a minute takes the place of what was said.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/git.sh"

bus_start
notifications plain
witness
askpass <<'EOP'
echo >>/home/vault/asked
echo yes
EOP
vault touch asked
git_person
for i in {1..50}; do
	project commit -q --allow-empty -m "$i"
done

typed 'git rebase -q HEAD~50 --exec "git commit -q --amend --allow-empty --no-edit -S"'
expect 0
seen 0
equal "$(project log --format=%G? -50 | sort | uniq -c | tr -d ' ')" 50G
equal "$(grep -c . /home/vault/asked || true; wc -l </home/vault/asked)" $'0\n1'
wait_for none_running

# Each was told, in few notifications.
python3 - $notices <<'EOP'
import json, re, sys
all = [json.loads(line) for line in open(sys.argv[1])]
last = {n["id"]: n["summary"] for n in all}
told = sum(int((re.search(r" \((\d+) times\)$", s) or [0, 1])[1]) for s in last.values())
assert len(last) <= 3, last
assert told >= 49, (told, last)
assert any(n["replaces"] == n["id"] for n in all), all
EOP
