#!/bin/bash
# SPDX-License-Identifier: ISC
# Without a user manager ssh logs in by `qssh proxy`, passed or relayed; no process of it runs before or after, and no
# socket stays.
. "$(dirname "$0")/../../lib/proxy.sh"

idle
for form in passed relayed; do
	run client env -u XDG_RUNTIME_DIR ssh -F $form remote@host id -un
	expect 0
	equal "$output" remote
	gone
done
calls 2
