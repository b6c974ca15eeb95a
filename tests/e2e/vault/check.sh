#!/bin/bash
# SPDX-License-Identifier: ISC
# `qssh-vault check` says what the vault then does, line and all: of a request, of rules that are odd, and of rules that
# are wrong.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/judge.sh"

check()
{
	run vault qssh-vault check "$@"
}

witness
rules <<'EOF2'
# a comment
allow ssh-client key ~/.ssh/id_ed25519.pub to remote@host
ask   ssh-client for git remember 5m timeout 20s
deny  ssh-client
EOF2
check
expect 0 'in order'
check --client ssh-client --key .ssh/id_ed25519.pub --to remote@host
expect 0 'allow: /home/vault/.config/qssh/rules:2' 'is listed'
check --client ssh-client --key .ssh/id_ed25519.pub --to remote@host --host vouched
expect 1 'deny: /home/vault/.config/qssh/rules:4' 'line 2' vouched
check --client ssh-client --key .ssh/id_rsa.pub --to remote@host
expect 1
check --client ssh-client --key "$(vault ssh-keygen -lf .ssh/id_ed25519.pub | cut -d' ' -f2)" --to remote@host
expect 0
check --client ssh-client --for git
expect 3 ask: rules:3 '20 s' '300 s'
check --client other --to remote@host
expect 1 'no rule matches'

# The same verdicts, really.
run client ssh remote@host id -un
expect 0
run signatures
expect 0 rule=2
run client ssh -o PubkeyAuthentication=unbound remote@host id -un
expect 255
run refusals
expect 0 rule=4

# Odd, wrong, and a command line that makes no sense.
rules <<<$'deny ssh-client to other\nallow ssh-client'
check
expect 3 rules:1 'line 2'
rules <<<'allow ssh-client key ~/.ssh/nowhere.pub'
check
expect 1 rules:1:22: 'everything is refused'
# All of it at once: the bad lines, and what is odd about the others.
rules <<'EOF2'
allow ssh-client kye x
allow ssh-client to git@github.com
ask ssh-client twice
deny ssh-client to other
allow ssh-client to host:22
allow *
EOF2
check
expect 1 rules:1:18 'kye x' rules:2 vouched rules:3:16 rules:4 rules:5:21 'everything is refused'
rules <<<'deny ssh-client'
check
expect 3 'no rule allows or asks'

# A key that the agent of the vault's session does not hold.
rules <<'EOF2'
allow ssh-client key ~/.ssh/id_rsa.pub
allow ssh-client key ~/.ssh/id_ecdsa.pub "a comment"
allow ssh-client arg ci key ~/.ssh/id_ecdsa.pub
EOF2
vault_keys id_rsa
run vault SSH_AUTH_SOCK=/run/user/47002/agent qssh-vault check
expect 3 "rules:2: the vault's agent does not hold a key of this line"
lacks rules:1: rules:3:
vault_keys id_rsa id_ecdsa
run vault SSH_AUTH_SOCK=/run/user/47002/agent qssh-vault check
expect 0 'in order'

# What the rules don't decide.
rules <<<'allow *'
check --client ssh-client --key .ssh/id_ecdsa.pub --to remote@host
expect 0
lacks 'if an agent held' 'if the host had'
vault_keys id_rsa
run vault SSH_AUTH_SOCK=/run/user/47002/agent qssh-vault check --client ssh-client --key .ssh/id_ecdsa.pub --to remote@nowhere
expect 0 'if an agent held the key' 'if the host had that name'
run vault SSH_AUTH_SOCK=/run/user/47002/agent qssh-vault check --client ssh-client --key .ssh/id_rsa.pub --to remote@host
lacks 'if an agent held' 'if the host had'

# The hosts by way of which a request came.
rules <<<$'allow ssh-client to remote@host via bastion gate\nask ssh-client forwarded yes'
check --client ssh-client --to remote@host --via bastion
expect 0 rules:1 'is listed'
check --client ssh-client --to remote@host --via gate,bastion,gate
expect 0 rules:1
check --client ssh-client --to remote@host --via bastion,other
expect 3 rules:2
check --client ssh-client --to remote@host --via bastion,@unnamed
expect 3 rules:2
check --client ssh-client --to remote@host
expect 1 'no rule matches'
rules <<<'allow ssh-client via bastion'
check --client ssh-client --for git --via @unnamed
expect 1 'has no name here'
rules <<<'allow ssh-client via bastion forwarded no'
check
expect 3 rules:1 'is forwarded'

printf 'allow *\n' >/tmp/others
chmod 666 /tmp/others
check --rules /tmp/others
expect 0
# They may come by a pipe, late, or by the socket that a service has for its input.
run vault bash -c 'qssh-vault check --rules <(sleep 0.3; cat /tmp/others)'
expect 0 'in order'
run python vault <<'EOP'
import socket, subprocess
a, b = socket.socketpair()
a.sendall(b"alow *\n")
a.shutdown(socket.SHUT_WR)
print(subprocess.run(["qssh-vault", "check", "--rules", "/dev/stdin"], stdin=b, stdout=subprocess.PIPE, text=True).stdout)
EOP
expect 0 '/dev/stdin:1:1: '
for words in '--client' '--for git' '--client none' '--client work --for nothing' '--client work --host maybe' '--client work --to a@b,c' \
    '--client work --key SHA256:short' '--client work --forwarded perhaps' '--client work --via a,,b' '--client work --via a*' \
    '--client work --via u@a' '--client work --via a --forwarded no' '--client work --via SHA256:short' '--via a' '--nonsense' 'word'; do
	# shellcheck disable=SC2086
	check $words
	expect 2 qssh-vault
done
