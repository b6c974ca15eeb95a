#!/bin/bash
# SPDX-License-Identifier: ISC
# The policy file as it is installed allows nothing; each of its examples, made live as its comment says, allows or asks
# about what it is for and nothing else.
. "$(dirname "$0")/../../lib/script.sh"

shipped=/etc/qubes/policy.d/85-qssh.policy
[ -e $shipped ] || fail "dom0 has no $shipped"
policy </dev/null
run client qrexec-client-vm -- @default qubes.SshAgent </dev/null
expect 126

mkdir -p /run/qubes/tags/ssh-client
touch /run/qubes/tags/ssh-client/work
mapfile -t examples < <(sed -n 's/^#\(qubes\.SshAgent .*\)/\1/p' $shipped)
equal "${#examples[@]}" 6

# What a call ends in, when the person in dom0 says no, or yes.
ends()
{
	answer "$1"
	run client qrexec-client-vm -- "$2" "$3" </dev/null
	echo "$status"
}

for example in "${examples[@]}"; do
	policy <<<"$example"
	read -r _ argument source target action _ <<<"$example"
	service=qubes.SshAgent$argument
	equal "$(ends yes "$target" "$service")" 0
	equal "$(ends no "$target" "$service")" "$([ "$action" = ask ] && echo 126 || echo 0)"
	equal "$(ends yes "$target" qubes.SshAgent+other)" 126
	equal "$(ends yes work-vault "$service")" 126
	[[ $source != @tag:* ]] || {
		rm /run/qubes/tags/ssh-client/work
		equal "$(ends yes "$target" "$service")" 126
		touch /run/qubes/tags/ssh-client/work
	}
done
