#!/bin/bash
# SPDX-License-Identifier: ISC
# With pins, a vault that is denied, gone, slow, that lost the key or gained one, costs one login and says why; the pins
# follow the vault.
. "$(dirname "$0")/../../lib/script.sh"

agent=/run/user/47002/agent
pins=/home/ssh-client/.config/qssh/pins/default.pub
client qssh pin

# login_fails SENTENCE
login_fails()
{
	run client script -qec 'ssh -o ConnectionAttempts=1 remote@host true' /dev/null
	expect 255 "$1" 'Permission denied'
	run client qssh log
	expect 0 "$1"
}

cp $pins /root/before
policy </dev/null
login_fails 'dom0 refused the call to the default vault'
cp /root/before $pins.copy && cmp $pins $pins.copy
policy <<<'qubes.SshAgent + ssh-client @default allow target=vault'

fault lost=0
login_fails 'the call to the default vault was lost'
fault exit=127
login_fails 'has no qubes.SshAgent service'
fault delay=800
run client ssh remote@host echo slowly
expect 0 slowly
fault
cmp $pins /root/before

# A key more in the vault: pinned by the next signature.
vault SSH_AUTH_SOCK=$agent ssh-add -q .ssh/id_ecdsa
run client SSH_AUTH_SOCK=$socket ssh-add -l
lacks ECDSA
client ssh remote@host true
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0 ED25519 ECDSA

# A key less: the signature with it fails, ssh goes on to the next, and the pins have followed.
vault SSH_AUTH_SOCK=$agent ssh-add -qd .ssh/id_ed25519
run client script -qec 'ssh remote@host echo with the other' /dev/null
expect 0 'no longer has the key' 'with the other'
run client SSH_AUTH_SOCK=$socket ssh-add -l
expect 0 ECDSA
lacks ED25519

# Another key in the place of the only one: that login fails, and the next one works.
vault SSH_AUTH_SOCK=$agent ssh-add -qD
vault SSH_AUTH_SOCK=$agent ssh-add -q .ssh/id_rsa
login_fails 'no longer has the key'
run client ssh remote@host echo with the new one
expect 0 'with the new one'

# No key at all, as from a locked vault: the pins stay, and work again afterwards.
vault SSH_AUTH_SOCK=$agent ssh-add -qD
login_fails 'has no key to offer now'
run client qssh pin
expect 1 'offers no keys now'
vault SSH_AUTH_SOCK=$agent ssh-add -q .ssh/id_rsa
run client ssh remote@host echo unlocked
expect 0 unlocked

# A vault that hangs: within the deadline.
client systemctl --user set-environment QSSH_TIMEOUT=1
fault hang
login_fails 'did not answer in time'
