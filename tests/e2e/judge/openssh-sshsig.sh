#!/bin/bash
# SPDX-License-Identifier: ISC
# OpenSSH's own test of SSHSIG passes with the filter between, for every type of key that the installed OpenSSH has,
# certificates included.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/regress.sh"

passes sshsig
filtered
