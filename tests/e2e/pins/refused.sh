#!/bin/bash
# SPDX-License-Identifier: ISC
# qssh pin says what stands in its way: dom0, no qrexec, a directory that can't be written, a bad name; a login works
# although pins can't be renewed.
. "$(dirname "$0")/../../lib/script.sh"

pins=/home/ssh-client/.config/qssh/pins
for name in none 2vault vault: ../default 'a b'; do
	run client qssh pin "$name"
	expect 2 "not a vault's name"
	run client qssh unpin "$name"
	expect 2 "not a vault's name"
done
for verb in pin unpin remove; do
	run client qssh $verb nosuch
	expect 1 "qssh $verb: there is no socket nosuch: 'qssh add nosuch' makes it"
done
run client qssh pin default vault
expect 2 'one word too many'
run client qssh unpin
expect 0 'no key was pinned'
calls 0

policy </dev/null
run client qssh pin
expect 1 'qssh pin: dom0 refused the call to the default vault'
policy <<<'qubes.SshAgent + ssh-client @default allow target=vault'
run client QSSH_QREXEC_CLIENT_VM=/nonexistent/qrexec qssh pin
expect 1 "/nonexistent/qrexec can't be started: No such file or directory"
fault hang
run client QSSH_TIMEOUT=1 qssh pin
expect 1 'did not answer in time'
fault
[ ! -e $pins ] || fail 'something is pinned'

install -d -m 755 $pins
run client qssh pin
expect 1 "$(basename $pins)/default.pub: Permission denied"
run client qssh status
expect 0 listening
lacks pinned

# Pinned, and then out of reach: the pins serve, and stay as they are.
chown ssh-client $pins
client qssh pin
chown -R root $pins
chmod 644 $pins/default.pub
vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -q .ssh/id_ecdsa
run client ssh remote@host echo in
expect 0 in
equal "$(wc -l <$pins/default.pub)" 1
run client qssh doctor
expect 1 "can't be written, so pins are not kept fresh"

# A pin file that can't be read as one is none: the vault is asked.
chown -R ssh-client $pins
echo rubbish >$pins/default.pub
before=$(calls_made)
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0 ECDSA
calls $((before + 1))
run client qssh status
expect 0 "pins can't be used: a line is not a public key"
