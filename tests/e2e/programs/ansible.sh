#!/bin/bash
# SPDX-License-Identifier: ISC
# Ansible runs a command on 20 hosts with 20 forks, each with a login of its own.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

rules <<<'allow * rate 100/1m'
# shellcheck disable=SC2016
client sh -c 'printf "n%d ansible_host=host ansible_user=remote ansible_ssh_extra_args=\"-o ControlMaster=no -o ControlPath=none\"\n" $(seq 20) >hosts'
run client ansible -i hosts -f 20 all -m raw -a 'id -un'
expect 0
equal "$(grep -cx remote <<<"$(tr -d '\r' <<<"$output")")" 20
calls 20
wait_for none_running
