/* SPDX-License-Identifier: ISC */
#include "agents/start.h"

#include "base/limits.h"
#include "sys/clock.h"
#include "sys/command.h"
#include "sys/frame.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MAX 2

/* Of a name's characters '+' alone can't stand in a unit's name. systemd.unit(5) writes it so. */
#define PLUS "\\x2b"

/* What a dialog needs. */
static const char *const SESSION[] = { "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS",
	"SSH_ASKPASS", "SSH_ASKPASS_REQUIRE" };

void
agentstart_unit(const char *name, char unit[AGENTSTART_UNIT])
{
	size_t len = (size_t)snprintf(unit, AGENTSTART_UNIT, "qssh-agent@");

	for (; *name != '\0' && len + sizeof(PLUS ".service") < AGENTSTART_UNIT; name++)
		len += (size_t)snprintf(unit + len, AGENTSTART_UNIT - len, *name == '+' ? PLUS : "%c", *name);
	snprintf(unit + len, AGENTSTART_UNIT - len, ".service");
}

void
agentstart_unescape(char *instance)
{
	char *at;

	while ((at = strstr(instance, PLUS)) != NULL) {
		*at = '+';
		memmove(at + 1, at + strlen(PLUS), strlen(at + strlen(PLUS)) + 1);
	}
}

static bool
has_manager(const char *runtime_dir)
{
	char path[4096];
	struct stat st;

	return snprintf(path, sizeof(path), "%s/systemd/private", runtime_dir) < (int)sizeof(path) &&
	       lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_uid == geteuid();
}

static int
run(const char *const argv[], int64_t deadline)
{
	int64_t left = deadline - clock_now();
	struct command c = { .argv = argv, .ms = (int)left, .alone = true };
	int status;

	if (left <= 0)
		return -ETIMEDOUT;
	status = command_run(&c);
	return status > 0 ? -EPROTO : status;
}

static void
give_session(int64_t deadline)
{
	const char *argv[4 + sizeof(SESSION) / sizeof(SESSION[0]) + 1] = { "systemctl", "--user", "--quiet",
		"import-environment" };
	size_t n = 4;

	for (size_t i = 0; i < sizeof(SESSION) / sizeof(SESSION[0]); i++)
		if (getenv(SESSION[i]) != NULL)
			argv[n++] = SESSION[i];
	if (n > 4)
		(void)run(argv, deadline);
}

static int
start_units(const char *const names[], int64_t deadline)
{
	char units[NAMES_MAX][AGENTSTART_UNIT];
	const char *argv[4 + NAMES_MAX + 1] = { "systemctl", "--user", "--quiet", "start" };

	for (size_t i = 0; i < NAMES_MAX && names[i] != NULL; i++) {
		agentstart_unit(names[i], units[i]);
		argv[4 + i] = units[i];
	}
	give_session(deadline);
	return run(argv, deadline);
}

int
agentstart_beside(const char *program, char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	if (n <= 0)
		return n == 0 ? -ENOENT : -errno;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || (size_t)(slash + 1 - path) + strlen(program) >= size)
		return -ENAMETOOLONG;
	memcpy(slash + 1, program, strlen(program) + 1);
	return 0;
}

static int
start_alone(const char *const names[], int64_t deadline)
{
	char path[4096];
	int error = agentstart_beside("qssh-load", path, sizeof(path));

	for (size_t i = 0; error == 0 && names[i] != NULL; i++) {
		const char *const argv[] = { path, names[i], NULL };

		error = run(argv, deadline);
	}
	return error;
}

int
agentstart_run(const char *runtime_dir, const char *const names[])
{
	int64_t deadline = clock_deadline(LIMIT_START_MS);
	int error;

	/* A bare login does not say where its manager is. */
	if (setenv("XDG_RUNTIME_DIR", runtime_dir, 0) == -1)
		return -errno;
	if (!has_manager(runtime_dir))
		return start_alone(names, deadline);
	error = start_units(names, deadline);
	/* A manager that is going down, or that does not know the unit. */
	return error < 0 && error != -ETIMEDOUT ? start_alone(names, deadline) : error;
}
