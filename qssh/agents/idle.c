/* SPDX-License-Identifier: ISC */
#include "agents/idle.h"

#include "agents/loaded.h"
#include "rules/value.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int64_t
watch_idle(void)
{
	const char *value = getenv("QSSH_AGENT_IDLE");
	const char *why;
	uint32_t seconds;

	if (value == NULL || value[0] == '\0')
		return 0;
	return value_duration(span_of(value), &seconds, &why) == 0 ? (int64_t)seconds : -EINVAL;
}

/* What is left of the idle time. A clock that was set back makes it no longer than the whole. */
static int64_t
left(int loaded, int64_t idle)
{
	int64_t since = (int64_t)(time(NULL) - loaded_used(loaded));

	return since < 0 ? idle : idle - since;
}

static _Noreturn void
watch(int loaded, int agent, int64_t idle)
{
	struct pollfd p = { .fd = agent, .events = POLLIN };
	int64_t seconds;

	setsid();
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	while ((seconds = left(loaded, idle)) > 0)
		if (poll(&p, 1, (int)(seconds < 3600 ? seconds : 3600) * 1000) > 0)
			_exit(0);
	(void)loaded_set(loaded, false);
	syscall(SYS_pidfd_send_signal, agent, SIGTERM, NULL, 0u);
	_exit(0);
}

void
watch_start(int loaded, pid_t agent, int64_t idle)
{
	int fd = (int)syscall(SYS_pidfd_open, agent, 0u);

	flock(loaded, LOCK_UN);
	if (fd == -1)
		return;
	if (fork() == 0)
		watch(loaded, fd, idle);
	close(fd);
}
