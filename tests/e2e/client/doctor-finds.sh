#!/bin/bash
# qssh doctor finds each of these faults, says how to mend it, and has nothing to say once it is mended.
. "$(dirname "$0")/../../lib/script.sh"

# found WORDS MEND: the doctor reports one fault, in these words, with this advice.
found()
{
	run client qssh doctor
	expect 1 "$1" "$2" '1 thing is wrong'
}

mended()
{
	run client qssh doctor
	expect 0 'Nothing is wrong here.'
}

home=/home/ssh-client
mended

rm $home/.config/qssh/enabled
client systemctl --user stop qssh.socket
run client qssh doctor
expect 1 'Split SSH is switched off' 'qvm-service --enable' 'nobody listens'
client qssh enable
mended

client systemctl --user stop qssh.socket
run client qssh doctor
expect 1 'qssh.socket is not started' 'systemctl --user start qssh.socket'
client systemctl --user start qssh.socket
mended

rm /run/user/47001/qssh/default
found 'its name is gone' 'systemctl --user restart qssh.socket'
client systemctl --user restart qssh.socket
mended

chmod 755 /run/user/47001/qssh
found 'is open to others: mode 755' 'chmod 700 /run/user/47001/qssh'
chmod 700 /run/user/47001/qssh
mended

client mkdir -p .config/systemd/user/qssh.socket.d
client touch .config/systemd/user/qssh.socket.d/more.conf
found 'nobody listens at /run/user/47001/qssh/more' 'systemctl --user daemon-reload; systemctl --user restart qssh.socket'
rm $home/.config/systemd/user/qssh.socket.d/more.conf
client systemctl --user daemon-reload
mended

client systemctl --user stop qssh.socket
client systemctl --user mask --runtime qssh.socket
run client qssh doctor
expect 1 'qssh.socket is masked' 'systemctl --user unmask'
client systemctl --user unmask --runtime qssh.socket
client qssh enable
mended

mv /usr/lib/qssh/qssh-client /usr/lib/qssh/qssh-client.away
found "can't be executed" 'install qssh again'
mv /usr/lib/qssh/qssh-client.away /usr/lib/qssh/qssh-client
mended

client sh -c 'echo not a name >.config/qssh/vault'
# shellcheck disable=SC2088
found "~/.config/qssh/vault holds no qube's name" 'qssh enable --vault NAME'
rm $home/.config/qssh/vault
mended

client mkdir -p .config/qssh/pins
client sh -c 'echo rubbish >.config/qssh/pins/default.pub'
found 'a line is no public key' 'qssh unpin default'
client qssh unpin
mended

sed -i '/Include/d' /etc/ssh/ssh_config
found 'ssh does not read /etc/ssh/ssh_config.d/30-qssh.conf' 'Include /etc/ssh/ssh_config.d/*.conf'
sed -i '1i Include /etc/ssh/ssh_config.d/*.conf' /etc/ssh/ssh_config
mended

mv /etc/ssh/ssh_config.d/30-qssh.conf /root
found '30-qssh.conf is missing' 'install qssh again'
mv /root/30-qssh.conf /etc/ssh/ssh_config.d/
mended

printf 'Host *\n    IdentityAgent "~/.1password/agent.sock"\n' >$home/.ssh/config
found 'config:2 overrides the vault by IdentityAgent /home/ssh-client/.1password/agent.sock' 'delete that line'
printf 'Host old\n    IdentityAgent /run/user/%%i/qssh/old-vault\n' >$home/.ssh/config
found 'config:2 has IdentityAgent /run/user/47001/qssh/old-vault, where nobody listens' 'qssh add old-vault'
echo 'Nonsense yes' >$home/.ssh/config
found 'Bad configuration option: nonsense' 'mend the line'
rm $home/.ssh/config
mended

run client SSH_AUTH_SOCK=/nonexistent/agent qssh doctor
expect 1 'which does not listen' 'unset SSH_AUTH_SOCK'

client systemctl --user unset-environment SSH_AUTH_SOCK
found 'SSH_AUTH_SOCK in the user manager' 'restart qssh.socket'
client systemctl --user restart qssh.socket
mended

mv /usr/bin/qrexec-client-vm /usr/bin/qrexec-client-vm.away
found "qrexec-client-vm can't be executed" 'qubes-core-qrexec'
printf '#!/bin/sh\necho usage: of an older one\n' >/usr/bin/qrexec-client-vm
chmod 755 /usr/bin/qrexec-client-vm
found 'does not know --use-stdin-socket' 'update'
mv /usr/bin/qrexec-client-vm.away /usr/bin/qrexec-client-vm
mended

policy </dev/null
run client qssh doctor --call
expect 1 'a call through default failed: dom0 refused' 'qubes.SshAgent + ssh-client @default ask'

run client XDG_RUNTIME_DIR=/nonexistent qssh doctor
expect 1 "systemd's user manager does not answer" 'qssh proxy'
