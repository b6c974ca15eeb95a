#!/bin/bash
# SPDX-License-Identifier: ISC
# The loopback qrexec applies policy as dom0 does: first match, @default, ask, arguments, and a syntax error refuses
# everything.
. "$(dirname "$0")/../../lib/script.sh"

mkdir -p /usr/local/etc/qubes-rpc
cat >/usr/local/etc/qubes-rpc/test.Echo <<'EOF'
#!/bin/sh
echo "user=$(id -un) pwd=$PWD from=$QREXEC_REMOTE_DOMAIN full=$QREXEC_SERVICE_FULL_NAME arg=$QREXEC_SERVICE_ARGUMENT argv1=$1"
exit 3
EOF
chmod +x /usr/local/etc/qubes-rpc/test.Echo

# TARGET SERVICE STATUS [TEXT...]
call()
{
	local target=$1 service=$2
	shift 2
	run client sh -c "qrexec-client-vm -- '$target' '$service' </dev/null"
	expect "$@"
}

policy <<'EOF'
# a comment
test.Echo +never @anyvm @anyvm deny
test.Echo + ssh-client @default allow target=vault
test.Echo +a+b ssh-client vault allow
test.Echo +asked ssh-client @default ask target=vault default_target=vault
test.Echo +untargeted ssh-client @default ask default_target=vault
test.Echo * ssh-client work-vault allow
test.Missing * ssh-client vault allow
EOF

call @default test.Echo 3 'user=vault pwd=/home/vault from=ssh-client full=test.Echo+ arg= argv1='
call '' test.Echo 3 user=vault
call no-such-qube test.Echo 3 user=vault
call vault test.Echo 126 'Request refused'
call vault test.Echo+a+b 3 'full=test.Echo+a+b arg=a+b argv1=a+b'
call work-vault test.Echo+any 3 user=work-vault
call work-vault test.Echo+never 126
call @default test.Echo+untargeted 126
call vault test.Missing 127
equal "$output" ''

answer yes
call @default test.Echo+asked 3 user=vault
answer no
call @default test.Echo+asked 126

cp /usr/local/etc/qubes-rpc/test.Echo /usr/local/etc/qubes-rpc/test.Echo+a+b
sed -i 's/exit 3/kill -9 $$/' /usr/local/etc/qubes-rpc/test.Echo+a+b
call vault test.Echo+a+b 137

for line in 'test.Echo + ssh-client @default allow' 'test.Echo + ssh-client vault allow # comment' 'test.Echo + ssh-client vault ask, target=vault'; do
	echo "$line" >/etc/qubes/policy.d/99-broken.policy
	call @default test.Echo 126
done
