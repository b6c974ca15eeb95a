#!/bin/bash
# SPDX-License-Identifier: ISC
# ssh -J logs in to both hosts with the vault's key: two qrexec calls, and neither host gets at the agent.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

host_start inner 2222
# shellcheck disable=SC2016
run client ssh -J remote@host -p 2222 remote@inner 'echo "$SSH_CONNECTION" "${SSH_AUTH_SOCK-no agent}"'
expect 0 '2222 no agent'
calls 2
wait_for none_running
