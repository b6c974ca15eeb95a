/* SPDX-License-Identifier: ISC */
#include "filter/session.h"

#include "base/limits.h"
#include "sys/account.h"
#include "sys/askpass.h"
#include "sys/clock.h"
#include "sys/qubesdb.h"
#include "sys/rundir.h"
#include "sys/systemctl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How often is looked for the session, and how long the user manager may take to learn of it. */
#define STEP_MS 100
#define MANAGER_MS 5000

/* There once a call has waited in vain, until the qube is restarted. */
#define IN_VAIN "in-vain"

static const char *const NAMES[] = { "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS",
	"SSH_AUTH_SOCK", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE" };

/* What qubesdb has for key is wanted; where it has no such entry or does not answer, otherwise stands for it. */
static bool
is_in_qubesdb(const char *key, const char *otherwise, const char *wanted)
{
	char value[64];

	return strcmp(qubesdb_read(key, value, sizeof(value)) < 0 ? otherwise : value, wanted) == 0;
}

/* As qubes.WaitForSession asks. Without qubesdb this is not a qube, and its session is not ours to wait for. */
static bool
is_expected(const char *user)
{
	return access(QUBESDB_SOCKET, F_OK) == 0 && is_in_qubesdb("/qubes-gui-enabled", "True", "True") &&
	       is_in_qubesdb("/default-user", "user", user);
}

/* The session's fork-server listens: from then on qrexec starts services inside of it. */
static bool
is_there(const char *user)
{
	char path[128];
	int n = snprintf(path, sizeof(path), "/run/qubes/qrexec-server.%s.sock", user);

	return n < (int)sizeof(path) && access(path, F_OK) == 0;
}

/* Sleeps for a step. False: the client hung up altogether; an end of its input is none. */
static bool
step(int client)
{
	struct pollfd p = { .fd = client };

	return poll(&p, 1, STEP_MS) <= 0 || (p.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}

static bool
was_in_vain(int dir)
{
	return dir >= 0 && faccessat(dir, IN_VAIN, F_OK, 0) == 0;
}

static void
note_in_vain(int dir)
{
	int fd = dir < 0 ? -1 : openat(dir, IN_VAIN, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

static enum session
await(const char *user, int dir, int client)
{
	int64_t deadline = clock_deadline(LIMIT_SESSION_MS);

	if (is_there(user))
		return SESSION_INSIDE;
	if (!is_expected(user))
		return SESSION_NONE;
	if (was_in_vain(dir))
		return SESSION_LATE;
	while (!is_there(user)) {
		if (clock_now() >= deadline) {
			note_in_vain(dir);
			return SESSION_LATE;
		}
		if (!step(client))
			return SESSION_GONE;
	}
	return SESSION_INSIDE;
}

static void
take(const char *environment)
{
	char value[4096];

	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (manager_value(environment, NAMES[i], value, sizeof(value)) == 0)
			setenv(NAMES[i], value, 1);
}

/* The session tells the user manager at its start, at about the time at which it starts the fork-server. */
static enum session
take_environment(int client)
{
	static char environment[65536];
	int64_t deadline = clock_deadline(MANAGER_MS);

	for (;;) {
		if (manager_show_environment(environment, sizeof(environment)) < 0)
			return SESSION_UNKNOWN;
		take(environment);
		if (askpass_has_display())
			return SESSION_INSIDE;
		if (clock_now() >= deadline)
			return SESSION_UNKNOWN;
		if (!step(client))
			return SESSION_GONE;
	}
}

enum session
session_join(const char *runtime_dir, int client)
{
	struct account user;
	const char *name;
	enum session s;
	int dir;

	if (askpass_has_display())
		return SESSION_INSIDE;
	name = account_find(&user, geteuid()) == 0 ? user.name : getenv("USER");
	if (name == NULL)
		return SESSION_NONE;
	dir = runtime_dir == NULL ? -1 : rundir_open(runtime_dir, "session");
	s = await(name, dir, client);
	if (dir >= 0)
		close(dir);
	if (s != SESSION_INSIDE)
		return s;
	if (runtime_dir != NULL)
		setenv("XDG_RUNTIME_DIR", runtime_dir, 1); /* systemctl finds the manager by it */
	return take_environment(client);
}
