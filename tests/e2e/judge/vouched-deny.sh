#!/bin/bash
# SPDX-License-Identifier: ISC
# A host that only vouches can't answer a deny: who holds another named host's key can bind that host over any session,
# and would log in where a rule denies it.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

witness
host_start helper 2222
host_name helper 2222
install -o ssh-client -m 600 /run/world/host_key.2222 /home/ssh-client/helper_key
client ssh-agent -a signer >/dev/null
client SSH_AUTH_SOCK=signer ssh-add -q helper_key
cp /run/world/host_key.2222.pub /run/world/helper.pub

# The helper signs the session id of whatever session, and the vault is told that this is the session's host.
attempt()
{
	run python ssh-client <<'EOF2'
import base64
helper = base64.b64decode(open("/run/world/helper.pub").read().split()[1])
S = b"p" * 32
signature = take_string(Agent("/home/ssh-client/signer").ask(sign_request(helper, S))[1])[0]
a = Agent()
same(a.ask(frame(EXTENSION, string("session-bind@openssh.com") + string(helper) + string(S) + string(signature) + b"\0")), (SUCCESS, b""))
mine = identities(a.ask(frame(LIST)))[0][0]
print("signed" if a.ask(sign_request(mine, userauth(S, "remote", mine)))[0] == SIGNATURE else "refused")
EOF2
}

rules <<'EOF2'
deny ssh-client to host
allow ssh-client to * vouched
EOF2
attempt
expect 0 refused
run refusals
expect 0 'host=vouched voucher=[helper]:2222'
lacks ' to='
[[ $output == *reason=every* ]] || fail "the reason does not name the order"
run vault qssh-vault check
expect 3 ':1: ' 'line 2' vouched
# In the other order the rule with `vouched` has its way, and nothing calls the host that vouches the destination.
rules <<'EOF2'
allow ssh-client to helper [helper]:2222 vouched
deny ssh-client to host
EOF2
attempt
expect 0 signed
run signatures
expect 0 'host=vouched voucher=[helper]:2222'
lacks ' to='
run vault script -qec 'qssh-vault log' /dev/null
expect 0 'log in as remote ([helper]:2222 vouches for the session)'
run vault qssh-vault check
lacks vouched
