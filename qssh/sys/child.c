/* SPDX-License-Identifier: ISC */
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void
child_exec(pid_t parent, const char *path, char *const argv[], int out)
{
	sigset_t none;
	int null = open("/dev/null", O_RDWR);

	setpgid(0, 0);
	/* An asker that is killed leaves no dialog behind, which nobody would read: also if it was killed just now. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1 || dup2(out == -1 ? null : out, STDOUT_FILENO) == -1 ||
	    dup2(null, STDERR_FILENO) == -1)
		_exit(127);
	if (syscall(SYS_close_range, 3u, ~0u, 0u) == -1)
		_exit(127);
	execv(path, argv);
	_exit(127);
}

int
child_start(struct child *c, const char *path, char *const argv[], bool output)
{
	int pair[2] = { -1, -1 }, error;
	pid_t parent = getpid();

	*c = (struct child){ .pid = -1, .pidfd = -1, .out = -1 };
	if (output && pipe2(pair, O_CLOEXEC | O_NONBLOCK) == -1)
		return -errno;
	/* Only our end waits for nothing. */
	if (output)
		fcntl(pair[1], F_SETFL, 0);
	c->pid = fork();
	error = errno;
	if (c->pid == 0)
		child_exec(parent, path, argv, pair[1]);
	if (output)
		close(pair[1]);
	c->out = pair[0];
	if (c->pid != -1) {
		setpgid(c->pid, c->pid);
		c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0u);
		error = errno;
	}
	if (c->pidfd != -1)
		return 0;
	child_end(c);
	return -error;
}

static void
forget(struct child *c)
{
	if (c->pidfd != -1)
		close(c->pidfd);
	if (c->out != -1)
		close(c->out);
	*c = (struct child){ .pid = -1, .pidfd = -1, .out = -1 };
}

/* Its number is ours until it is waited for, so the group can't be another one. */
static int
kill_and_wait(struct child *c)
{
	int status;
	pid_t pid;

	kill(-c->pid, SIGKILL);
	kill(c->pid, SIGKILL);
	do
		pid = waitpid(c->pid, &status, 0);
	while (pid == -1 && errno == EINTR);
	return pid == -1 ? -errno : status;
}

int
child_take(struct child *c, char *output, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int status;

	while (output != NULL && c->out != -1 && len < size - 1 && (n = read(c->out, output + len, size - 1 - len)) > 0)
		len += (size_t)n;
	if (output != NULL)
		output[len] = '\0';
	status = kill_and_wait(c);
	forget(c);
	return status;
}

void
child_end(struct child *c)
{
	struct pollfd p = { .fd = c->pidfd, .events = POLLIN };

	if (c->pid != -1) {
		kill(-c->pid, SIGTERM);
		if (c->pidfd != -1)
			poll(&p, 1, CHILD_GRACE_MS);
		kill_and_wait(c);
	}
	forget(c);
}
