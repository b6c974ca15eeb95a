#!/bin/bash
# SPDX-License-Identifier: ISC
# gpg-agent behind the filter: its keys log in, sign files, and hosts are proven by the witness, though gpg-agent can't
# verify a bind.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/vault.sh"

vault_without_agent
vault_manager
rm /home/vault/.ssh/id_{rsa,ecdsa}*
vault install -d -m 700 .gnupg
vault tee pinentry >/dev/null <<'EOP'
#!/bin/sh
echo OK
while read -r line; do
	case $line in
	GETPIN*) echo 'D x' ;;
	BYE*) exit ;;
	esac
	echo OK
done
EOP
chmod 755 /home/vault/pinentry
printf '%s\n' enable-ssh-support 'pinentry-program /home/vault/pinentry' | vault tee .gnupg/gpg-agent.conf >/dev/null
vault gpg-agent --daemon >/dev/null
sock=$(vault gpgconf --list-dirs agent-ssh-socket)
# Found without SSH_AUTH_SOCK, at the distributions' place.
equal "$sock" /run/user/47002/gnupg/S.gpg-agent.ssh
vault SSH_AUTH_SOCK="$sock" ssh-add -q .ssh/id_ed25519
rm /home/vault/.ssh/id_ed25519

run list
expect 0 '(ED25519)'
run client ssh remote@host id -un
expect 0 remote
run cat $signatures
expect 0 host=proven to=host outcome=signed
run client sh -c "SSH_AUTH_SOCK=$socket ssh-add -L >key.pub && echo text | SSH_AUTH_SOCK=$socket ssh-keygen -q -Y sign -n file -f key.pub"
expect 0 'BEGIN SSH SIGNATURE'
run client SSH_AUTH_SOCK=$socket ssh-add -D
expect 1
run list
expect 0 '(ED25519)'
