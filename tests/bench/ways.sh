# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# The ways that tests/bench/inside measures, each with an agent socket of its own in the client qube.
#
# shellcheck disable=SC2034

home=/home/ssh-client
sock_a=$home/agent
sock_b=$home/.SSH_AGENT_vault
sock_bn=$home/.SSH_AGENT_notify
sock_c=/run/user/47001/qssh/default
sock_cn=/run/user/47001/qssh/default:loud
sock_cp=/run/user/47001/qssh/vault
sock_d=/run/user/47001/bench-floor/default
sock_r=/run/user/47001/bench-relay/default
host_agent=/run/user/47002/host-agent
service_environment=(SSH_AUTH_SOCK=/run/user/47002/agent QREXEC_REMOTE_DOMAIN=ssh-client QREXEC_SERVICE_FULL_NAME=qubes.SshAgent+
	QREXEC_SERVICE_ARGUMENT= DISPLAY=:0 DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/47002/bus PATH=/usr/local/bin:/usr/bin:/bin)

few_rules()
{
	rules <<-'END'
		agent loud ~/../../run/user/47002/agent
		allow ssh-client uses any rate any/1m quiet
		allow ssh-client arg loud uses any rate any/1m
	END
}

# As many lines that do not match before the one that does.
many_rules()
{
	{
		awk -v n="$1" 'BEGIN { for (i = 1; i < n; i++) printf "allow ssh-client key \"nobody %d *\" to user@host%d.example\n", i, i }'
		echo 'allow ssh-client uses any rate any/1m quiet'
	} | rules
}

# N: the host that measure logs in to has as many hashed names, and two rules name hosts.
many_names()
{
	python3 - "$1" "$(cut -d' ' -f2 /run/world/host.pub)" <<-'END' | vault sh -c 'cat >.ssh/known_hosts'
		import base64, hashlib, hmac, os, sys
		for i in range(int(sys.argv[1])):
		    salt = os.urandom(20)
		    mac = hmac.new(salt, f"host{i}.example".encode(), hashlib.sha1).digest()
		    print("|1|%s|%s" % tuple(base64.b64encode(b).decode() for b in (salt, mac)), "ssh-ed25519", sys.argv[2])
	END
	rules <<-END
		allow ssh-client to remote@elsewhere.example uses any rate any/1m quiet
		allow ssh-client to remote@host$(($1 - 1)).example uses any rate any/1m quiet
	END
}

# FORM N: the host that measure logs in to is the last of N, and the rules name it.
many_hosts()
{
	python3 - "$1" "$2" "$(cut -d' ' -f2 /run/world/host.pub)" <<-'END' | vault sh -c 'cat >.ssh/known_hosts'
		import base64, hashlib, hmac, os, sys
		form, n, key = sys.argv[1], int(sys.argv[2]), sys.argv[3]
		def line(i, key):
		    name = f"host{i}.example"
		    if form == "hashed":
		        salt = os.urandom(20)
		        name = "|1|%s|%s" % tuple(base64.b64encode(b).decode() for b in (salt, hmac.new(salt, name.encode(), hashlib.sha1).digest()))
		    print(name, "ssh-ed25519", key)
		for i in range(1, n):
		    line(i, "AAAAC3NzaC1lZDI1NTE5AAAAI" + base64.b64encode(os.urandom(33)).decode()[:43])
		line(n, key)
	END
	rules <<<"allow ssh-client to remote@host$2.example uses any rate any/1m quiet"
}

# The vault's agent holds so many keys; the last of them may log in.
many_keys()
{
	local i
	vault mkdir -p keys
	for ((i = $(find /home/vault/keys -name '*.pub' | wc -l); i < $1; i++)); do
		vault ssh-keygen -q -t ed25519 -N '' -C "key $i" -f "keys/$i"
	done
	vault SSH_AUTH_SOCK=/run/user/47002/agent ssh-add -qD
	# shellcheck disable=SC2016
	seq 0 "$(($1 - 1))" | sed 's,^,keys/,' | vault SSH_AUTH_SOCK=/run/user/47002/agent xargs ssh-add -q
}

# NAME PROGRAM [SED]: a unit like qssh's own, with another helper and its service changed so.
unit_start()
{
	local name=$1 program=$2 units=/usr/lib/systemd/user
	client mkdir -p .config/systemd/user
	sed -e "s,%t/qssh/default,%t/$name/default," -e '/^Exec.*Post=/d' -e '/^Condition/d' -e '/^Symlinks=/d' $units/qssh.socket |
		client sh -c "cat >.config/systemd/user/$name.socket"
	sed -e "s,^ExecStart=.*,ExecStart=$program," -e "${3:-}" $units/qssh@.service | client sh -c "cat >.config/systemd/user/$name@.service"
	client systemctl --user daemon-reload
	client systemctl --user start "$name.socket"
}

# NAME SOCKET: the seeds' client side for the vault's service argument NAME.
scripts_start()
{
	client sh -c "umask 177 && exec socat 'UNIX-LISTEN:$2,fork' 'EXEC:qrexec-client-vm vault qubes.SshAgent+$1'" &
	disown
	wait_for test -S "$2"
}

# The seeds' service, word for word but for the name it has.
scripts_service()
{
	mkdir -p /usr/local/etc/qubes-rpc
	cat >/usr/local/etc/qubes-rpc/qubes.SshAgent+seednotify <<-'END'
		#!/bin/sh
		# Qubes App Split SSH Script

		# safeguard - Qubes notification bubble for each ssh request
		notify-send "[$(qubesdb-read /name)] SSH agent access from: $QREXEC_REMOTE_DOMAIN"

		# SSH connection
		socat - "UNIX-CONNECT:$SSH_AUTH_SOCK"
	END
	sed '/^notify-send/d' /usr/local/etc/qubes-rpc/qubes.SshAgent+seednotify >/usr/local/etc/qubes-rpc/qubes.SshAgent+seed
	chmod 755 /usr/local/etc/qubes-rpc/*
	# It prints its argument, which is as good.
	ln -s /bin/echo /usr/local/bin/qubesdb-read
}

# ssh_config files, conf.WAY. The default key exchange takes most of a login's time, and none of it is ours.
configurations()
{
	local way name
	for way in a b bn cn cp r; do
		name=sock_$way
		echo "IdentityAgent ${!name}" >"$home/conf.$way"
	done
	printf '%s\n' "ProxyCommand /usr/bin/qssh proxy %h %p '%r'" 'IdentityAgent ~/.ssh/qssh/%C' | tee "$home/conf.pr" >"$home/conf.p"
	echo 'ProxyUseFdpass yes' >>"$home/conf.p"
	# What the system sets, all have. What the drop-in costs, this one, as installed.
	sed '/^Include/d' /etc/ssh/ssh_config | tee -a $home/conf.{a,b,bn,cn,cp,r,p,pr} >/dev/null
	echo 'Include /etc/ssh/ssh_config' >"$home/conf.c"
	for way in a b bn c cn cp r p pr; do
		sed -i '1i KexAlgorithms curve25519-sha256' "$home/conf.$way"
	done
}

ways_start()
{
	policy <<-'END'
		qubes.SshAgent * ssh-client @default allow target=vault
		qubes.SshAgent * ssh-client vault allow
	END
	bus_start
	notifications plain
	witness
	few_rules
	scripts_service
	scripts_start seed $sock_b
	scripts_start seednotify $sock_bn
	cp /home/vault/.ssh/id_ed25519 $home/.ssh/key
	chown ssh-client $home/.ssh/key
	client ssh-agent -a $sock_a >/dev/null
	client SSH_AUTH_SOCK=$sock_a ssh-add -q .ssh/key
	rm $home/.ssh/key
	client qssh add vault >/dev/null
	client qssh add default:loud >/dev/null
	client qssh pin vault >/dev/null
	unit_start bench-floor /tests/bench/floor
	printf '%s\n' '#!/tests/bench/hop' >/usr/local/etc/qubes-rpc/qubes.SshAgent+hop
	chmod 755 /usr/local/etc/qubes-rpc/qubes.SshAgent+hop
	unit_start bench-relay '/tests/bench/floor spawn /usr/bin/qrexec-client-vm --use-stdin-socket -- vault qubes.SshAgent+hop'
	ssh-keygen -q -t ed25519 -N '' -f /run/world/host
	cp /run/world/host /home/vault/host
	chown vault /home/vault/host
	vault ssh-agent -a $host_agent >/dev/null
	vault SSH_AUTH_SOCK=$host_agent ssh-add -q host
	configurations
}

# LABEL SHARES PIDS: processes and their memory, in SHARES equal shares.
memory_row()
{
	local pid count=0 pss=0 rss=0 p r
	for pid in $3; do
		p=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
		r=$(awk '/^Rss:/ { print $2 }' "/proc/$pid/smaps_rollup")
		count=$((count + 1)) pss=$((pss + p)) rss=$((rss + r))
	done
	awk -v l="$1" -v n="$2" -v c=$count -v p=$pss -v r=$rss 'BEGIN { printf "  %-42s %8.1f %8.0f %8.0f\n", l, c / n, p / n, r / n }'
}

pids_of()
{
	pgrep -d' ' -u "$1" || true
}

# LABEL SOCKET: what 10 open connections add, for each.
memory_open()
{
	local before after qube pid new
	before=" $(pids_of ssh-client) $(pids_of vault) "
	coproc holder { client /tests/bench/measure hold 10 "$2"; }
	read -r _ <&"${holder[0]}"
	for qube in ssh-client vault; do
		new=
		for pid in $(pids_of $qube); do
			[[ $before == *" $pid "* || $(readlink "/proc/$pid/exe") == */measure ]] || new+=" $pid"
		done
		printf '%s\n' "each open connection, in the $([ $qube = vault ] && echo vault || echo client qube)"
		memory_row "$1" 10 "$new"
	done
	eval "exec ${holder[1]}>&-"
	wait
}
