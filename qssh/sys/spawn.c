/* SPDX-License-Identifier: ISC */
#include "sys/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <unistd.h>

/* An error number, as posix_spawn(3) has them. */
static int
set_stream(posix_spawn_file_actions_t *actions, int to, int from)
{
	if (from == SPAWN_NULL)
		return posix_spawn_file_actions_addopen(actions, to, "/dev/null", to == 0 ? O_RDONLY : O_WRONLY, 0);
	return posix_spawn_file_actions_adddup2(actions, from, to);
}

static int
set_streams(posix_spawn_file_actions_t *actions, const struct spawn *s)
{
	int error = set_stream(actions, 0, s->in);

	if (error == 0)
		error = set_stream(actions, 1, s->out);
	return error != 0 ? error : set_stream(actions, 2, s->errors);
}

static void
set_attributes(posix_spawnattr_t *attr, enum spawn_group group)
{
	short flags = POSIX_SPAWN_SETSIGDEF;
	sigset_t defaults;

	if (group == SPAWN_GROUP)
		flags |= POSIX_SPAWN_SETPGROUP;
	if (group == SPAWN_SESSION)
		flags |= POSIX_SPAWN_SETSID;
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_setflags(attr, flags);
	posix_spawnattr_setsigdefault(attr, &defaults);
	posix_spawnattr_setpgroup(attr, 0);
}

int
spawn_start(const struct spawn *s, pid_t *pid)
{
	char **env = s->environment != NULL ? (char **)(uintptr_t)s->environment : environ;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int error;

	posix_spawnattr_init(&attr);
	set_attributes(&attr, s->group);
	posix_spawn_file_actions_init(&actions);
	error = set_streams(&actions, s);
	if (error == 0)
		error = posix_spawnp(pid, s->argv[0], &actions, &attr, (char *const *)(uintptr_t)s->argv, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return -error;
}
