#include "agent.h"

#include "frame.h"
#include "limits.h"
#include "sockets.h"

#include <errno.h>
#include <stdio.h>
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

/* connect(2) blocks while the listener's backlog is full, for as long as SO_SNDTIMEO says. */
static int
connect_path(const char *path)
{
	const struct timeval limit = { .tv_sec = LIMIT_AGENT_MS / 1000 };
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int fd, error = 0;

	if (len == 0 || len >= sizeof(a.sun_path))
		return -ENAMETOOLONG;
	memcpy(a.sun_path, path, len + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == -1 ||
	    connect(fd, (const struct sockaddr *)&a, sizeof(a)) == -1)
		error = errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (error == 0)
		error = check_listener(fd);
	if (error == 0)
		error = frame_prepare(fd);
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

static int
connect_in(const char *dir, const char *below, const char *name)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];

	if (dir == NULL)
		return -ENOENT;
	if (snprintf(path, sizeof(path), "%s/%s%s", dir, below, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return connect_path(path);
}

/* A path as the rules give it: no NUL can be in it, but it has no end of its own. */
static int
connect_directive(const struct agent_places *places, struct span path)
{
	char name[sizeof(((struct sockaddr_un *)0)->sun_path)];
	bool at_home = span_starts(path, "~/");
	size_t skip = at_home ? 2 : 0;

	if (path.len - skip >= sizeof(name))
		return -ENAMETOOLONG;
	memcpy(name, path.p + skip, path.len - skip);
	name[path.len - skip] = '\0';
	return at_home ? connect_in(places->home, "", name) : connect_path(name);
}

int
agent_connect(const struct agent_places *places, const char *name, struct span path)
{
	int fd;

	if (path.len > 0)
		return connect_directive(places, path);
	fd = connect_in(places->runtime_dir, "qssh/agents/", name);
	if (fd >= 0 || strcmp(name, AGENT_DEFAULT) != 0)
		return fd;
	if (places->auth_sock != NULL && places->auth_sock[0] != '\0')
		fd = connect_path(places->auth_sock);
	for (size_t i = 0; fd < 0 && sockets_automatic[i] != NULL; i++)
		fd = connect_in(places->runtime_dir, "", sockets_automatic[i]);
	return fd;
}

int
agent_exchange(int fd, int watch, struct span request, uint8_t *answer, int64_t deadline)
{
	int n = frame_write(fd, watch, request, deadline);

	if (n == 0)
		n = frame_read(fd, watch, answer, deadline);
	return n == 0 ? -EPIPE : n;
}
