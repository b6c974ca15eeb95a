#!/bin/bash
# SPDX-License-Identifier: ISC
# Where ssh's stderr is a terminal, a refused call says why there, once; into a pipe it says nothing.
. "$(dirname "$0")/../../lib/script.sh"

policy </dev/null
run client script -qec 'ssh remote@host true' /dev/null
expect 255 'dom0 refused the call to the default vault' 'Permission denied'
equal "$(grep -c 'dom0 refused' <<<"$output")" 1

run client ssh remote@host true
expect 255 'Permission denied'
lacks dom0

