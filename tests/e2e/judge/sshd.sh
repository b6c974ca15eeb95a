#!/bin/bash
# SPDX-License-Identifier: ISC
# What the real sshd takes for a login of U at H is one for the vault too: over thousands of logins, right and wrong in
# each field, with every type of key that the installed OpenSSH has and users with every separator, a rule that denies U
# at H denies it and one that allows others does not allow it.
. "$(dirname "$0")/../../lib/script.sh"

dir=/run/world/logins
mkdir $dir
cd $dir
for name in host elsewhere ca; do
	ssh-keygen -q -t ed25519 -N '' -C $name -f $dir/$name
done
for kind in ed25519:256 ecdsa:256 ecdsa:384 ecdsa:521 rsa:2048 dsa:1024 mldsa44-ed25519:512; do
	ssh-keygen -q -t ${kind%:*} -b ${kind#*:} -N '' -f ${kind/:/}.key 2>/dev/null || echo "no $kind here"
done
# What tokens would hold, in software.
python3 -W ignore - <<'EOF2'
import base64, os, sys
sys.path.insert(0, "/tests/lib")
from agentwire import string
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
def write(name, kind, key, fields):
    open(name + ".key", "wb").write(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
    open(name + ".key.pub", "w").write(f"{kind} {base64.b64encode(string(kind) + fields + string('ssh:')).decode()} {name}\n")
key = ed25519.Ed25519PrivateKey.generate()
write("sk", "sk-ssh-ed25519@openssh.com", key, string(key.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)))
key = ec.generate_private_key(ec.SECP256R1())
write("sk-ecdsa", "sk-ecdsa-sha2-nistp256@openssh.com", key, string("nistp256") + string(key.public_key().public_bytes(s.Encoding.X962, s.PublicFormat.UncompressedPoint)))
EOF2
ssh-agent -a $dir/agent >/dev/null
for key in mldsa*.key; do
	[ ! -e "$key" ] || SSH_AUTH_SOCK=$dir/agent ssh-add -q "$key"
done
for key in *.key; do
	cp "$key.pub" "${key%.key}.pub"
	ssh-keygen -q -s ca -I id -n remote,other -V +1h "${key%.key}.pub"
	rm "${key%.key}.pub"
done
{
	cat ./*.key.pub
	echo "cert-authority $(cat ca.pub)"
} >authorized_keys
for user in remote other; do
	install -d -m 700 -o $user /home/$user/.ssh
	install -m 600 -o $user authorized_keys /home/$user/.ssh/authorized_keys
done
printf 'host %s\nelsewhere %s\n' "$(cut -d' ' -f1,2 host.pub)" "$(cut -d' ' -f1,2 elsewhere.pub)" >known

penalties=PerSourcePenalties
sshd -T -o $penalties=no >/dev/null 2>&1 || penalties='#'
serve()
{
	local port=$1 key=$2
	shift 2
	{
		sed -e "s,^HostKey.*,HostKey $dir/$key,; /^MaxStartups/d" /etc/ssh/sshd_config
		printf '%s\n' "Port $port" 'MaxAuthTries 10000' 'LoginGraceTime 0' 'MaxStartups 1000' "$penalties no" \
			"PubkeyAcceptedAlgorithms $(ssh -Q PubkeyAcceptedAlgorithms | paste -sd,)" "$@"
	} >"sshd_config.$port"
	"$(command -v sshd)" -D -f "$dir/sshd_config.$port" -E "sshd.log.$port" &
	wait_for ssh-keyscan -p "$port" localhost
}
more="AuthenticationMethods $(printf 'publickey,%.0s' {1..12})publickey"
serve 2200 host
serve 2201 host "$more"
serve 2210 elsewhere
serve 2211 elsewhere "$more"

run env PYTHONPATH=/tests/lib PYTHONDONTWRITEBYTECODE=1 python3 -W ignore /tests/lib/logins.py /tests/fake/reading $dir 2400 1
echo "$output"
expect 0 'attempts=' 'hostbound=' 'plain=' 'with a style or role=' 'sk-ssh-ed25519@openssh.com='
