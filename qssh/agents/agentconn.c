/* SPDX-License-Identifier: ISC */
#include "agents/agentconn.h"

#include "base/limits.h"
#include "ssh/agentmsg.h"
#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/unixsocket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int
check_listener(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1)
		return -errno;
	return cred.uid == getuid() || cred.uid == 0 ? 0 : -EPERM;
}

int
agent_connect_path(const char *path)
{
	int fd = unixsocket_connect(path, SOCK_STREAM, LIMIT_AGENT_MS), error;

	if (fd < 0)
		return fd;
	error = check_listener(fd);
	if (error == 0)
		error = frame_prepare(fd);
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

int
agent_tell(int fd, int watch, struct span request, int64_t deadline)
{
	return frame_write(fd, watch, request, deadline);
}

int
agent_hear(int fd, int watch, uint8_t *answer, int64_t deadline)
{
	int n = frame_read(fd, watch, answer, deadline);

	return n == 0 ? -EPIPE : n;
}

int
agent_exchange(int fd, int watch, struct span request, uint8_t *answer, int64_t deadline)
{
	int error = agent_tell(fd, watch, request, deadline);

	return error < 0 ? error : agent_hear(fd, watch, answer, deadline);
}

int
agent_count(int fd, int64_t deadline)
{
	static uint8_t answer[LIMIT_FRAME];
	static const uint8_t list[] = { AGENTMSG_LIST };
	struct agentmsg_identities all;
	int n = agent_exchange(fd, -1, (struct span){ list, sizeof(list) }, answer, deadline);

	if (n < 0)
		return n;
	return agentmsg_identities((struct span){ answer, (size_t)n }, &all) < 0 ? -EBADMSG : (int)all.count;
}

static void
lose(struct agentconn *a, int error)
{
	close(a->fd);
	a->fd = -1;
	a->missing = error == -ETIMEDOUT   ? "the agent did not answer in time"
		     : error == -ECANCELED ? "the client hung up"
		     : error == -EPIPE     ? "the agent closed the connection"
					   : "the agent talks garbage";
}

void
agentconn_tell(struct agentconn *a, struct span request, int64_t deadline)
{
	int error = a->fd == -1 ? 0 : agent_tell(a->fd, a->watch, request, deadline);

	if (error < 0)
		lose(a, error);
}

struct span
agentconn_hear(struct agentconn *a, uint8_t *answer, int64_t deadline)
{
	int n = a->fd == -1 ? 0 : agent_hear(a->fd, a->watch, answer, deadline);

	if (n < 0)
		lose(a, n);
	return (struct span){ answer, n > 0 ? (size_t)n : 0 };
}

bool
agentconn_is_slow(const struct agentconn *a, int ms)
{
	return a->fd != -1 && frame_wait(a->fd, a->watch, clock_deadline(ms)) == -ETIMEDOUT;
}

struct span
agentconn_ask(struct agentconn *a, struct span request, uint8_t *answer, int64_t deadline)
{
	agentconn_tell(a, request, deadline);
	return agentconn_hear(a, answer, deadline);
}
