# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# A person at a terminal, for a script that has sourced script.sh: the client's login shell in a tmux of its own, 100
# columns by 30 lines.
#
#	screen_open		opens it, with the prompt "$ "
#	screen_type KEYS...	types: words as they are, or tmux's names of keys (Enter, C-s, Tab)
#	screen_run COMMAND	types a line and Enter
#	screen			prints what is to be seen
#	screen_sees TEXT	waits until that is to be seen, 5 s at most
#	screen_clear		an empty screen again, at the prompt

tmux_client()
{
	client TERM=xterm-256color tmux -L qssh -f /dev/null "$@"
}

screen_open()
{
	# shellcheck disable=SC2016
	printf '%s\n' 'PS1="$ "' '. /usr/share/bash-completion/completions/qssh' >/home/ssh-client/.bash_profile
	tmux_client new-session -d -x 100 -y 30 'bash -l'
	screen_sees '$ '
}

screen_type()
{
	tmux_client send-keys "$@"
}

screen_run()
{
	tmux_client send-keys -l "$1"
	tmux_client send-keys Enter
}

screen()
{
	tmux_client capture-pane -p -J
}

screen_has()
{
	[[ $(screen) == *"$1"* ]]
}

screen_sees()
{
	local end=$((SECONDS + 20))
	until screen_has "$1"; do
		[ $SECONDS -lt $end ] || fail "the screen never had: $1"$'\n'"it has:"$'\n'"$(screen)"
		sleep 0.05
	done
}

screen_clear()
{
	screen_type C-l
	tmux_client clear-history
	screen_sees '$ '
}
