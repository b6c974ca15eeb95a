#!/bin/bash
# SPDX-License-Identifier: ISC
# Where the rules let nothing be asked and nothing be shown, no asker is started; otherwise one is, before the filter
# confines itself.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

# COUNT: so many askers are there while a connection is served.
askers()
{
	run python ssh-client <<'EOP'
a = Agent()
identities(a.ask(frame(11)))
count = lambda name: len(subprocess.run(["pgrep", "-u", "vault", "-x", name], capture_output=True).stdout.split())
print("filters", count("qssh-filter"), "askers", count("qssh-asker"))
a.close()
EOP
	expect 0 "filters 1 askers $1"
	wait_for none_running
}

rules <<'EOR'
asker none
notify none
allow ssh-client
EOR
askers 0
rules <<'EOR'
asker none
allow ssh-client
EOR
askers 1
rules <<'EOR'
notify none
allow ssh-client
EOR
askers 1
