#!/bin/bash
# SPDX-License-Identifier: ISC
# A vault whose session never comes keeps one call waiting for half a minute and then serves without one: what
# needs no person is signed. The calls behind it don't wait, and a session that comes after all is joined.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"
. "$(dirname "$0")/../../lib/vault.sh"

seconds()
{
	begin=$SECONDS
	run "$@"
	took=$((SECONDS - begin))
}

vault_bare
vault_gui True
seconds client ssh remote@host id -un
expect 0 remote
if [ $took -lt 29 ] || [ $took -gt 45 ]; then
	fail "it took $took s"
fi
seconds client ssh remote@host id -un
expect 0 remote
[ $took -lt 10 ] || fail "the second call took $took s"

rules <<'EOR'
ask ssh-client arg * for any
EOR
run signs git
expect 0 refused
run record
expect 0 'reason=a\x20person\x20would\x20have\x20to\x20be\x20asked,\x20and\x20there\x20is\x20no\x20display'

askpass <<<'echo yes'
run signs git
expect 0 signed
