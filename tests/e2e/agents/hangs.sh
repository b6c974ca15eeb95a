#!/bin/bash
# SPDX-License-Identifier: ISC
# An agent that never answers, or stops half-way, makes LIST a FAILURE within 8 s.
. "$(dirname "$0")/../../lib/script.sh"

for mode in hang half; do
	agent $mode
	begin=$SECONDS
	run python ssh-client <<-'EOF'
		same(Agent().ask(frame(LIST)), (FAILURE, b""))
	EOF
	expect 0
	[ $((SECONDS - begin)) -le 8 ] || fail "it took $((SECONDS - begin)) s"
done
