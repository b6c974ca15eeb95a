# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What scripts about the vault's judgement share, beside script.sh: the vault's rules, its witness, further hosts, and
# what it wrote down.
#
#	rules < RULES		replaces the vault's rules file
#	witness			the agent without keys whose word a bind is runs from now on
#	host_start NAME PORT [OPTION...]	a second sshd with a host key of its own, which the client knows as [NAME]:PORT; OPTIONs are sshd_config lines
#	host_name NAME PORT	the vault knows that host key by this name too
#	refusals, signatures	what the vault's record holds of SIGNs: refused ones, forwarded ones
#	vault_keys NAME...	the vault's agent holds these keys of its ~/.ssh and no others

rules()
{
	vault mkdir -p .config/qssh
	vault sh -c 'cat >.config/qssh/rules'
}

witness()
{
	vault mkdir -p -m 700 /run/user/47002/qssh/agents
	vault sh -c 'test -S /run/user/47002/qssh/agents/witness || ssh-agent -a /run/user/47002/qssh/agents/witness >/dev/null'
}

host_start()
{
	local name=$1 port=$2 config=/run/world/sshd_config.$2 key=/run/world/host_key.$2
	shift 2
	ssh-keygen -q -t ed25519 -N '' -f "$key"
	{
		sed -e "s,^HostKey.*,HostKey $key," /etc/ssh/sshd_config
		echo "Port $port"
		printf '%s\n' "$@"
	} >"$config"
	echo "127.0.0.1 $name" >>/etc/hosts
	"$(command -v sshd)" -D -f "$config" -E "/run/world/sshd.log.$port" &
	printf '[%s]:%s %s\n' "$name" "$port" "$(cut -d' ' -f1,2 "$key.pub")" >>/home/ssh-client/.ssh/known_hosts
	wait_for ssh-keyscan -p "$port" localhost
}

host_name()
{
	printf '[%s]:%s %s\n' "$1" "$2" "$(cut -d' ' -f1,2 "/run/world/host_key.$2.pub")" | vault tee -a .ssh/known_hosts >/dev/null
}

refusals()
{
	grep ' event=sign ' /home/vault/.local/state/qssh/record/ssh-client/requests
}

signatures()
{
	grep ' event=sign ' /home/vault/.local/state/qssh/record/ssh-client/signatures
}

vault_keys()
{
	vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -qD
	for key; do
		vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -q ".ssh/$key"
	done
}
