/* SPDX-License-Identifier: ISC */
#include "agents/sshagent.h"

#include "agents/agentconn.h"
#include "base/limits.h"
#include "ssh/agentmsg.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CANT_RUN 127

/* Between two looks whether it answers. */
#define STEP_MS 10

/* sd_listen_fds(3): the first descriptor that systemd passes. */
#define LISTEN_FD 3

static void
take_listening(int listening)
{
	char pid[24];

	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	if (listening == LISTEN_FD)
		fcntl(listening, F_SETFD, 0);
	else
		dup2(listening, LISTEN_FD);
}

static _Noreturn void
agent_exec(const char *path, int listening)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	signal(SIGPIPE, SIG_DFL);
	for (int fd = 0; fd < 3; fd++)
		if (null == -1 || dup2(null, fd) == -1)
			_exit(CANT_RUN);
	if (listening == -1) {
		unsetenv("LISTEN_PID");
		unsetenv("LISTEN_FDS");
		execlp("ssh-agent", "ssh-agent", "-D", "-a", path, (char *)NULL);
	} else {
		take_listening(listening);
		execlp("ssh-agent", "ssh-agent", "-D", (char *)NULL);
	}
	_exit(CANT_RUN);
}

static int
ping_until(const char *path, int64_t deadline)
{
	static uint8_t answer[LIMIT_FRAME];
	static const uint8_t list[] = { AGENTMSG_LIST };
	int fd = agent_connect_path(path), n;

	if (fd < 0)
		return fd;
	n = agent_exchange(fd, -1, (struct span){ list, sizeof(list) }, answer, deadline);
	close(fd);
	return n < 0 ? n : 0;
}

int
sshagent_ping(const char *path)
{
	return ping_until(path, clock_deadline(LIMIT_AGENT_MS));
}

static int
ended(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return 0;
	return WIFEXITED(status) && WEXITSTATUS(status) == CANT_RUN ? -ENOENT : -ECHILD;
}

int
sshagent_start(const char *path, int listening, pid_t *pid)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
	int64_t deadline = clock_deadline(LIMIT_AGENT_MS);

	*pid = fork();
	if (*pid == -1)
		return -errno;
	if (*pid == 0)
		agent_exec(path, listening);
	while (ping_until(path, deadline) < 0) {
		int end = ended(*pid);

		if (end < 0)
			return end;
		if (clock_now() >= deadline) {
			kill(*pid, SIGKILL);
			waitpid(*pid, NULL, 0);
			return -ETIMEDOUT;
		}
		nanosleep(&step, NULL);
	}
	return 0;
}
