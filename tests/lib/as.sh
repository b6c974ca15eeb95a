# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# as USER [NAME=VALUE...] COMMAND [ARG...]: runs the command as one of the world's users, from its home, with a login's
# environment and no more.
as()
{
	local user=$1 id
	shift
	id=$(id -u "$user")
	(
		cd "/home/$user" || exit
		exec setpriv --reuid="$id" --regid="$id" --init-groups -- env -i HOME="/home/$user" USER="$user" LOGNAME="$user" \
		    SHELL=/bin/bash PATH="$PATH" LANG=C.UTF-8 TERM="$TERM" XDG_RUNTIME_DIR="/run/user/$id" "$@"
	)
}
