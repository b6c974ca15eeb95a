/* SPDX-License-Identifier: ISC */
#include "cli/environment.h"

#include "sys/agentsockets.h"
#include "sys/args.h"
#include "sys/command.h"
#include "sys/systemctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "SSH_AUTH_SOCK"

/*
 * Tells a bus that is running what it shall give to the programs that it starts. One that is not running is not started
 * for that: it will have the manager's environment, and while sockets.target is being reached it would wait for us and
 * we for it.
 */
static void
tell_bus(const char *value)
{
	const char *const argv[] = { "busctl", "--user", "--quiet", "--timeout=2", "call", "org.freedesktop.DBus",
		"/org/freedesktop/DBus", "org.freedesktop.DBus", "UpdateActivationEnvironment", "a{ss}", "1", NAME,
		value, NULL };
	struct command c = { .argv = argv, .ms = 3000 };

	if (manager_is_active("dbus.service"))
		command_run(&c);
}

static int
set(const char *ours)
{
	char assignment[128];

	if (!agentsockets_is_active(agentsockets_own()))
		return 0;
	snprintf(assignment, sizeof(assignment), NAME "=%s", ours);
	if (manager_do("set-environment", assignment) < 0)
		return 1;
	tell_bus(ours);
	return 0;
}

/* D-Bus can't unset a variable; an empty one counts as unset to all that read it. */
static int
clear(const char *ours)
{
	const char *value = getenv(NAME);

	if (value == NULL || strcmp(value, ours) != 0)
		return 0;
	if (manager_do("unset-environment", NAME) < 0)
		return 1;
	tell_bus("");
	return 0;
}

int
environment_run(int argc, char **argv)
{
	struct args a = { .words_max = 1 };
	char dir[AGENTSOCKETS_DIR_SIZE], ours[AGENTSOCKETS_DIR_SIZE + 16];

	if (args_parse(&a, argc, argv) < 0)
		return 2;
	agentsockets_dir(dir);
	snprintf(ours, sizeof(ours), "%s/qssh/default", dir);
	if (a.words_count == 1 && strcmp(a.words[0], "set") == 0)
		return set(ours);
	if (a.words_count == 1 && strcmp(a.words[0], "clear") == 0)
		return clear(ours);
	fputs("usage: qssh environment set|clear\n", stderr);
	return 2;
}
