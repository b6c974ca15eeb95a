#!/bin/bash
# SPDX-License-Identifier: ISC
# The policy lines of both older guides, unchanged, refuse the default vault with a sentence that names what to do, and
# work once that is done.
. "$(dirname "$0")/../../lib/script.sh"

answer yes
for line in 'qubes.SshAgent * ssh-client vault ask target=vault' 'qubes.SshAgent * @anyvm @anyvm ask target=vault'; do
	policy <<<"$line"
	rm -f /home/ssh-client/.config/qssh/vault
	run client script -qec 'ssh remote@host true' /dev/null
	case $line in
	*ssh-client*) expect 255 'If the policy names the vault, run: qssh enable --vault NAME' ;;
	esac
	client qssh enable --vault vault
	run client ssh remote@host echo in
	expect 0 in
done
