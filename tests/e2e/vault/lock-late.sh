#!/bin/bash
# SPDX-License-Identifier: ISC
# A yes to a question that was open when the vault was locked signs nothing.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

rules <<'EOR'
ask ssh-client for any timeout 20s
EOR
askpass <<'EOP'
#!/bin/sh
sleep 1
echo yes
EOP
run signs git
expect 0
equal "$output" signed

askpass <<'EOP'
#!/bin/sh
qssh-vault lock >/dev/null
sleep 1
echo yes
EOP
run signs file
expect 0
equal "$output" refused
run refusals
expect 0 'asked=yes reason=this\x20vault\x20is\x20locked' 'purpose=sshsig:file'
