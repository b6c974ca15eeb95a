# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# Split SSH: a login shell, and the session that begins with it, uses the vault's keys also for what does not read
# ssh_config. Only where this qube has it switched on and no other agent was chosen. See qssh(1).
if /usr/lib/qssh/qssh-active 2>/dev/null; then
	SSH_AUTH_SOCK=/run/user/$(id -u)/qssh/default
	export SSH_AUTH_SOCK
fi
