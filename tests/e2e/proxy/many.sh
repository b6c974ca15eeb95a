#!/bin/bash
# SPDX-License-Identifier: ISC
# 20 at once to one host log in, all of them, and 20 more while the first ones leave.
. "$(dirname "$0")/../../lib/proxy.sh"

vault mkdir -p .config/qssh
vault sh -c 'echo "allow * for any uses any rate 1000/1m" >.config/qssh/rules'

for form in passed relayed; do
	waves=1
	[ $form != passed ] || waves='1 2'
	rm -f /tmp/out.*
	pids=()
	for i in {1..20}; do
		(
			for j in $waves; do
				client ssh -F $form remote@host 'echo in' >"/tmp/out.$i.$j" 2>&1 || true
			done
		) &
		pids+=($!)
	done
	wait "${pids[@]}"
	for i in {1..20}; do
		for j in $waves; do
			equal "$(cat "/tmp/out.$i.$j")" in
		done
	done
	gone
done
calls 60
