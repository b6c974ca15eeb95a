/* SPDX-License-Identifier: ISC */
#include "proxy/duplex.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

/* One direction. */
struct pump {
	int from;
	int to;
	bool read_ended;
	bool ended; /* the receiver knows of the end too, or is gone */
	size_t start, len; /* what is read and not yet written */
	uint8_t buf[64 * 1024];
};

static void
pump_read(struct pump *p)
{
	ssize_t n = read(p->from, p->buf, sizeof(p->buf));

	if (n > 0) {
		p->start = 0;
		p->len = (size_t)n;
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		/* A connection that was reset has no more to say than one that ended. */
		p->read_ended = true;
	}
}

static void
pump_write(struct pump *p)
{
	ssize_t n = write(p->to, p->buf + p->start, p->len);

	if (n > 0) {
		p->start += (size_t)n;
		p->len -= (size_t)n;
	} else if (n == -1 && errno != EINTR && errno != EAGAIN) {
		p->ended = true;
	}
}

static bool
wants_read(const struct pump *p)
{
	return !p->ended && !p->read_ended && p->len == 0;
}

static bool
wants_write(const struct pump *p)
{
	return !p->ended && p->len > 0;
}

/* All that was read is written, and no more will come. */
static bool
is_drained(const struct pump *p)
{
	return !p->ended && p->read_ended && p->len == 0;
}

/* A descriptor that nothing is wanted of is left out: its hang-up would wake poll again and again. */
static struct pollfd
watch(int fd, short events)
{
	return (struct pollfd){ .fd = events != 0 ? fd : -1, .events = events };
}

static short
wanted(bool in, bool out)
{
	return (short)((in ? POLLIN : 0) | (out ? POLLOUT : 0));
}

/* One wait and what it brings. gone: nobody reads out any more. 0 or -errno. */
static int
turn(struct pump *up, struct pump *down, bool *gone)
{
	struct pollfd f[3] = {
		watch(up->from, wanted(wants_read(up), false)),
		watch(up->to, wanted(wants_read(down), wants_write(up))),
		/* Also without events: that its reader has gone shows as POLLERR. */
		{ .fd = down->ended ? -1 : down->to, .events = wanted(false, wants_write(down)) },
	};

	if (poll(f, 3, -1) == -1)
		return errno == EINTR ? 0 : -errno;
	if (f[0].revents != 0)
		pump_read(up);
	if (wants_read(down) && (f[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		pump_read(down);
	if (wants_write(up) && f[1].revents != 0)
		pump_write(up);
	if (wants_write(down) && (f[2].revents & POLLOUT) != 0) {
		pump_write(down);
		*gone = down->ended;
	}
	if ((f[2].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
		*gone = true;
	return 0;
}

static void
end_drained(struct pump *up, struct pump *down, int *out)
{
	if (is_drained(up)) {
		shutdown(up->to, SHUT_WR);
		up->ended = true;
	}
	if (is_drained(down))
		down->ended = true;
	if (down->ended && *out != -1) {
		close(*out);
		*out = -1;
	}
}

static void
prepare(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags != -1)
		fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int
duplex_run(int in, int out, int sock)
{
	static struct pump up, down;
	bool gone = false;
	int error = 0;

	up = (struct pump){ .from = in, .to = sock };
	down = (struct pump){ .from = sock, .to = out };
	prepare(in);
	prepare(out);
	prepare(sock);
	while (error == 0 && !gone && (!up.ended || !down.ended)) {
		error = turn(&up, &down, &gone);
		end_drained(&up, &down, &out);
	}
	if (out != -1)
		close(out);
	close(in);
	close(sock);
	return error;
}
