#!/bin/bash
# SPDX-License-Identifier: ISC
# The vault reads known_hosts as ssh-keygen -F does, however odd its lines are; both are asked (tests/lib/naming.py).
. "$(dirname "$0")/../../lib/script.sh"

run python3 /tests/lib/naming.py "${SESSIONS:-150}" "${SEED:-1}"
echo "$output"
expect 0 'all agreed'
# Some are found, so that it is not the same `no` all over.
[[ $output =~ \;\ ([0-9]+)\ were ]] || fail 'no count'
[ "${BASH_REMATCH[1]}" -gt 200 ] || fail 'too few names'

# The same tool sees a difference where there is one.
sed 's/ and names_a_host(lines\[n - 1\])//' /tests/lib/naming.py >/run/world/naming.py
run python3 /run/world/naming.py 150 1
expect 1 "the vault says no, ssh-keygen {'named'}"
