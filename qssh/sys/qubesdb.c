/* SPDX-License-Identifier: ISC */
#include "sys/qubesdb.h"

#include "sys/clock.h"
#include "sys/unixsocket.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The daemon is in this qube: a moment is enough. */
#define PATIENCE_MS 2000

enum { READ = 0, NO_ENTRY = 8, VALUE = 10 };

struct header {
	uint8_t type;
	char path[64];
	uint32_t len; /* of the value behind it */
};

_Static_assert(sizeof(struct header) == 72, "as the daemon has it");

static int
receive(int fd, void *buf, size_t len, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char *at = buf;

	while (len > 0) {
		ssize_t n = poll(&p, 1, clock_poll_timeout(deadline));

		if (n == 0)
			return -ETIMEDOUT;
		if (n == 1)
			n = recv(fd, at, len, MSG_DONTWAIT);
		if (n == 0)
			return -EPIPE;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0)
			at += n, len -= (size_t)n;
	}
	return 0;
}

static int
send_question(int fd, const char *key)
{
	struct header ask;
	ssize_t n;

	/* Its padding goes out too. */
	memset(&ask, 0, sizeof(ask));
	ask.type = READ;
	if (strlen(key) >= sizeof(ask.path))
		return -ENAMETOOLONG;
	memcpy(ask.path, key, strlen(key));
	n = send(fd, &ask, sizeof(ask), MSG_NOSIGNAL);
	return n == (ssize_t)sizeof(ask) ? 0 : n < 0 ? -errno : -EPIPE;
}

int
qubesdb_ask(int fd, const char *key, char *value, size_t size)
{
	int64_t deadline = clock_deadline(PATIENCE_MS);
	struct header answer = { .type = NO_ENTRY };
	int error = send_question(fd, key);

	value[0] = '\0';
	if (error == 0)
		error = receive(fd, &answer, sizeof(answer), deadline);
	if (error < 0)
		return error;
	if (answer.type != VALUE)
		return answer.type == NO_ENTRY ? -ENOENT : -EBADMSG;
	if (answer.len >= size)
		return -EFBIG;
	error = receive(fd, value, answer.len, deadline);
	if (error == 0 && memchr(value, '\0', answer.len) != NULL)
		error = -EBADMSG;
	value[error == 0 ? answer.len : 0] = '\0';
	return error < 0 ? error : (int)answer.len;
}

int
qubesdb_read(const char *key, char *value, size_t size)
{
	int fd = unixsocket_connect(QUBESDB_SOCKET, SOCK_STREAM, PATIENCE_MS);
	int n;

	value[0] = '\0';
	if (fd == -ENOENT || fd == -ECONNREFUSED)
		return -ENODEV;
	if (fd < 0)
		return fd;
	n = qubesdb_ask(fd, key, value, size);
	close(fd);
	return n;
}
