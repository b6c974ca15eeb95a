#!/bin/bash
# SPDX-License-Identifier: ISC
# The benchmarks' later sections work behind one another: none leaves a vault that the next can't use. None is judged
# here.
. "$(dirname "$0")/../../lib/script.sh"

QUICK=1 bash /tests/bench/inside scale pins proxy >/tmp/out 2>&1 || fail "$(cat /tmp/out)"
run cat /tmp/out
expect 0 '100 known hosts, hashed' '5 keys, 1000 rules' 'in sh' 'its server' 'qssh proxy, relayed' 'afterwards                                      0.0'
