#!/bin/bash
# SPDX-License-Identifier: ISC
# The seeds' way: the autostart entry adds the default key with -c to the session's agent, asking for its passphrase at
# a dialog; from then on each use is confirmed at one, and a no is a refusal.
. "$(dirname "$0")/../../lib/script.sh"
. "$(dirname "$0")/../../lib/desktop.sh"

rm /home/vault/.ssh/id_{rsa,ecdsa}*
vault ssh-keygen -q -p -N secret -f .ssh/id_ed25519
pkill -u vault -x ssh-agent
rm -f $vault_run/agent
askpass <<'EOP'
echo "$SSH_ASKPASS_PROMPT: $1" >>/home/vault/asked
case $1 in
Enter*) echo secret ;;
*) exit "$(cat /home/vault/answer)" ;;
esac
EOP
vault DISPLAY=:0 SSH_ASKPASS=/home/vault/askpass ssh-agent -a $vault_run/agent >/dev/null

# As the session runs it: no terminal, the entry's own words.
vault mkdir -p .config/autostart
vault cp /usr/share/qssh/qssh-ssh-add.desktop .config/autostart/
read -ra words < <(sed -n 's/^Exec=//p' /home/vault/.config/autostart/qssh-ssh-add.desktop)
vault DISPLAY=:0 SSH_ASKPASS=/home/vault/askpass SSH_AUTH_SOCK=$vault_run/agent setsid -w "${words[@]}" </dev/null >/dev/null 2>&1
run cat /home/vault/asked
expect 0 'Enter passphrase for /home/vault/.ssh/id_ed25519'

echo 0 >/home/vault/answer
run client ssh remote@host id -un
expect 0 remote
run cat /home/vault/asked
expect 0 'confirm: Allow use of key' 'ed25519@vault'
echo 1 >/home/vault/answer
run client ssh remote@host id -un
expect 255 'Permission denied'
