#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh doctor --call proposes a line for dom0's policy where dom0 refused the call at once, and not where dom0 let it
# through, or somebody said no.
. "$(dirname "$0")/../../lib/script.sh"

line='qubes.SshAgent + ssh-client @default ask target=VAULT'

policy </dev/null
run client qssh doctor --call
expect 1 'a call through default failed: dom0 refused' "$line"
lacks 'qssh-vault doctor'

policy <<<'qubes.SshAgent + ssh-client @default ask target=vault default_target=vault'
(
	sleep 3
	answer no
) &
run client qssh doctor --call
expect 1 'a call through default failed: dom0 refused' 'answer yes in dom0'
lacks "$line"

policy <<<'qubes.SshAgent + ssh-client @default allow target=vault'
chmod 644 /etc/qubes-rpc/qubes.SshAgent
run client qssh doctor --call
expect 1 "can't run its qubes.SshAgent service: the file is not executable, or its rpc-config is broken" \
    'dom0 let the call through; in the vault: qssh-vault doctor'
lacks "$line"
run vault qssh-vault doctor
expect 1 "/etc/qubes-rpc/qubes.SshAgent answers the calls and can't be executed" 'chmod 755 /etc/qubes-rpc/qubes.SshAgent'

rm /etc/qubes-rpc/qubes.SshAgent
run client qssh doctor --call
expect 1 'the default vault has no qubes.SshAgent service' 'install qssh in the template of the default vault'
lacks "$line"
