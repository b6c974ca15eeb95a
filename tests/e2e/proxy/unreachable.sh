#!/bin/bash
# SPDX-License-Identifier: ISC
# Where the host refuses, cannot be reached or has no name, ssh's own line for it appears, ssh exits 255, and nothing
# was started.
. "$(dirname "$0")/../../lib/proxy.sh"

# SSH-ARGUMENTS...: the first line with a proxy is all there is without one.
same_line()
{
	local usual
	run client ssh -F none "$@"
	expect 255
	# These are the C library's own words, and ours may be another than ssh's.
	usual=${output%Name or service not known*}
	usual=${usual%Network is unreachable*}
	for form in passed relayed; do
		run client ssh -F $form "$@"
		expect 255
		[[ ${output%%$'\n'*} == "$usual"* ]] || fail "the first line is not: $usual"
	done
}

same_line -p 2 remote@host true
same_line remote@no-such-host true
same_line remote@192.0.2.1 true
same_line remote@2001:db8::1 true
calls 0
gone
