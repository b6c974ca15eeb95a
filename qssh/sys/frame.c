/* SPDX-License-Identifier: ISC */
#include "sys/frame.h"

#include "base/limits.h"
#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

int
frame_prepare(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		return -errno;
	return 0;
}

static int
wait_for(int fd, short events, int watch, int64_t deadline)
{
	for (;;) {
		/* No event is asked of watch: POLLHUP is always told, and a half-close (POLLRDHUP) is not a hang-up. */
		struct pollfd p[2] = { { .fd = fd, .events = events }, { .fd = watch } };
		int n = poll(p, 2, clock_poll_timeout(deadline));

		if (n == -1 && errno != EINTR)
			return -errno;
		if (n == 0 && clock_poll_timeout(deadline) == 0)
			return -ETIMEDOUT;
		if (n <= 0)
			continue;
		if (p[0].revents & POLLNVAL)
			return -EBADF;
		if (p[1].revents & (POLLHUP | POLLERR | POLLNVAL))
			return -ECANCELED;
		if (p[0].revents != 0)
			return 0;
	}
}

int
frame_wait(int fd, int watch, int64_t deadline)
{
	return wait_for(fd, POLLIN, watch, deadline);
}

/* Exactly len bytes, or fewer at an end of file. */
static int
read_full(int fd, int watch, uint8_t *buf, size_t len, int64_t deadline)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, buf + got, len - got);
		int error;

		if (n > 0) {
			got += (size_t)n;
			continue;
		}
		if (n == 0)
			break;
		if (errno == ECONNRESET) /* the peer closed with bytes of ours unread: an end like any other */
			break;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -errno;
		error = wait_for(fd, POLLIN, watch, deadline);
		if (error < 0)
			return error;
	}
	return (int)got;
}

int
frame_read(int fd, int watch, uint8_t *buf, int64_t deadline)
{
	uint32_t len;
	int n;

	n = read_full(fd, watch, buf, 4, deadline);
	if (n <= 0)
		return n;
	if (n < 4)
		return -EPIPE;
	len = wire_get32(buf);
	if (len == 0 || len > LIMIT_FRAME)
		return -EMSGSIZE;
	n = read_full(fd, watch, buf, len, deadline);
	if (n >= 0 && (uint32_t)n < len)
		return -EPIPE;
	return n;
}

int
frame_discard(int fd, int watch, uint8_t *buf, int64_t deadline)
{
	uint32_t left = wire_get32(buf);

	while (left > 0) {
		size_t part = left < LIMIT_FRAME ? left : LIMIT_FRAME;
		int n = read_full(fd, watch, buf, part, deadline);

		if (n < 0)
			return n;
		if ((size_t)n != part)
			return -EPIPE;
		left -= (uint32_t)part;
	}
	return 0;
}

int
frame_write(int fd, int watch, struct span body, int64_t deadline)
{
	uint8_t head[4];
	size_t done = 0;

	if (body.len == 0 || body.len > LIMIT_FRAME)
		return -EMSGSIZE;
	wire_set32(head, (uint32_t)body.len);
	while (done < sizeof(head) + body.len) {
		size_t skip = done < sizeof(head) ? done : sizeof(head);
		struct iovec iov[2] = {
			{ head + skip, sizeof(head) - skip },
			{ (uint8_t *)(uintptr_t)body.p + (done - skip), body.len - (done - skip) },
		};
		ssize_t n = writev(fd, iov, 2);
		int error;

		if (n >= 0) {
			done += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == ECONNRESET)
			return -EPIPE;
		if (errno != EAGAIN)
			return -errno;
		error = wait_for(fd, POLLOUT, watch, deadline);
		if (error < 0)
			return error;
	}
	return 0;
}
