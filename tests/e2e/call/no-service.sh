#!/bin/bash
# SPDX-License-Identifier: ISC
# A vault without the service, and one with a broken rpc-config, are told apart.
. "$(dirname "$0")/../../lib/script.sh"

journal_start
mv /etc/qubes-rpc/qubes.SshAgent /tmp/
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 1 'agent refused operation'
wait_for grep -q 'has no qubes.SshAgent service' $journal

mv /tmp/qubes.SshAgent /etc/qubes-rpc/
mkdir -p /etc/qubes/rpc-config
echo nonsense >/etc/qubes/rpc-config/qubes.SshAgent
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 1 'agent refused operation'
wait_for grep -q 'its rpc-config is broken' $journal
