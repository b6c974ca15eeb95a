#!/bin/bash
# SPDX-License-Identifier: ISC
# OpenSSH's own tests of its agent pass with the filter between, for every type of key that the installed OpenSSH has,
# certificates included.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/regress.sh"

passes agent
passes agent-subprocess
filtered
