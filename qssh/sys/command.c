/* SPDX-License-Identifier: ISC */
#include "sys/command.h"

#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int
set_streams(const struct command *c, posix_spawn_file_actions_t *actions, int out)
{
	int error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

	if (error == 0)
		error = posix_spawn_file_actions_adddup2(actions, out, 1);
	if (error != 0)
		return error;
	return c->with_errors ? posix_spawn_file_actions_adddup2(actions, out, 2)
			      : posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
}

static int
spawn(const struct command *c, int out, pid_t *pid)
{
	char **env = c->environment != NULL ? (char **)(uintptr_t)c->environment : environ;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t defaults;
	int error;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, (short)(POSIX_SPAWN_SETSIGDEF | (c->alone ? POSIX_SPAWN_SETSID : 0)));
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawn_file_actions_init(&actions);
	error = set_streams(c, &actions, out);
	if (error == 0)
		error = posix_spawnp(pid, c->argv[0], &actions, &attr, (char *const *)(uintptr_t)c->argv, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return -error;
}

/* Up to its end of file, or until text is full. */
static int
read_all(int fd, char *text, size_t size, int64_t deadline)
{
	size_t len = 0;

	while (len < size) {
		int error = frame_wait(fd, -1, deadline);
		ssize_t n;

		if (error < 0)
			return error;
		n = read(fd, text + len, size - len);
		if (n == 0)
			break;
		if (n > 0)
			len += (size_t)n;
		else if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
	if (len == size)
		return -EFBIG;
	text[len] = '\0';
	return (int)len;
}

/* A program that is late, or says more than we read, is killed. */
static int
reap(struct command *c, pid_t pid, int result, int64_t deadline)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), status;

	if (result >= 0 && fd != -1 && frame_wait(fd, -1, deadline) < 0)
		result = -ETIMEDOUT;
	if (fd != -1)
		close(fd);
	if (result < 0)
		kill(c->alone ? -pid : pid, SIGKILL);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	c->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return result;
}

int
command_read(struct command *c, char *text, size_t size)
{
	int64_t deadline = clock_deadline(c->ms);
	int out[2], result;
	pid_t pid;

	c->status = -1;
	if (pipe2(out, O_CLOEXEC) == -1)
		return -errno;
	result = spawn(c, out[1], &pid);
	close(out[1]);
	if (result == 0)
		result = reap(c, pid, read_all(out[0], text, size, deadline), deadline);
	close(out[0]);
	return result;
}

int
command_run(struct command *c)
{
	int64_t deadline = clock_deadline(c->ms);
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), result;
	pid_t pid;

	c->status = -1;
	if (nowhere == -1)
		return -errno;
	result = spawn(c, nowhere, &pid);
	close(nowhere);
	if (result == 0)
		result = reap(c, pid, 0, deadline);
	return result < 0 ? result : c->status;
}
