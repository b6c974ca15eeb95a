#!/bin/bash
# SPDX-License-Identifier: ISC
# A login works when both directions arrive one byte at a time.
. "$(dirname "$0")/../../lib/script.sh"

fault dribble=1
run client ssh remote@host id -un
expect 0 remote
calls 1
