/* SPDX-License-Identifier: ISC */
#include "sys/command.h"

#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int
start(const struct command *c, int out, pid_t *pid)
{
	struct spawn s = {
		.argv = c->argv,
		.environment = c->environment,
		.in = SPAWN_NULL,
		.out = out,
		.errors = c->with_errors ? out : SPAWN_NULL,
		.group = c->alone ? SPAWN_SESSION : SPAWN_OURS,
	};

	return spawn_start(&s, pid);
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
	result = start(c, out[1], &pid);
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
	int result;
	pid_t pid;

	c->status = -1;
	result = start(c, SPAWN_NULL, &pid);
	if (result == 0)
		result = reap(c, pid, 0, deadline);
	return result < 0 ? result : c->status;
}
