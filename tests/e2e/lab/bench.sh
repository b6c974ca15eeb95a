#!/bin/bash
# SPDX-License-Identifier: ISC
# The benchmarks work: each way of getting at an agent answers, and has its figures. None is judged here.
. "$(dirname "$0")/../../lib/script.sh"

# Into a file, since what the benchmark starts lives on with its output.
QUICK=1 bash /tests/bench/inside helper login filter memory pins instructions >/tmp/out 2>&1 || fail "$(cat /tmp/out)"
run cat /tmp/out
expect 0 'the agent itself' 'the scripts before' '(c) qssh, quiet' '(d) the floor' 'one SIGN' 'each open connection' 'qssh active'
