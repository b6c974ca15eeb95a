/* SPDX-License-Identifier: ISC */
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/sockios.h>

static const size_t head = 2 * sizeof(uint32_t); /* type and len */

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
is_wait(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

void
link_nonblock(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void
link_put(struct link_box *box, enum link_type type, const void *body, size_t len)
{
	box->frame.type = type;
	box->frame.len = (uint32_t)len;
	if (len > 0)
		memcpy(box->frame.body, body, len);
	box->done = 0;
	box->used = head + len;
}

long
link_fill(struct link_box *box, enum link_type type, int fd, size_t max)
{
	ssize_t n = read(fd, box->frame.body, max < LINK_CHUNK ? max : LINK_CHUNK);

	if (n < 0)
		return -errno;
	box->frame.type = type;
	box->frame.len = (uint32_t)n;
	box->done = 0;
	box->used = head + (size_t)n;
	return (long)n;
}

int
link_send(struct link_box *box, int fd)
{
	ssize_t n = send(fd, (unsigned char *)&box->frame + box->done, box->used - box->done, MSG_NOSIGNAL);

	if (n < 0)
		return is_wait(errno) ? 0 : -errno;
	box->done += (size_t)n;
	if (box->done < box->used)
		return 0;
	box->done = box->used = 0;
	return 1;
}

int
link_receive(struct link_box *box, int fd)
{
	size_t want = box->used < head ? head : head + box->frame.len;
	ssize_t n = 0;

	if (box->used < want) {
		n = read(fd, (unsigned char *)&box->frame + box->used, want - box->used);
		if (n < 0)
			return is_wait(errno) ? 0 : -errno;
		if (n == 0)
			return -EPIPE;
	}
	box->used += (size_t)n;
	if (box->used < head)
		return 0;
	if (box->frame.len > LINK_CHUNK)
		return -EPROTO;
	if (box->used == head && box->frame.len > 0)
		return link_receive(box, fd);
	if (box->used < head + box->frame.len)
		return 0;
	box->done = head;
	return 1;
}

/* Never blocks, whatever fd is set to: it may be shared with others. */
static ssize_t
put_bytes(int fd, const unsigned char *p, size_t len)
{
	ssize_t n = send(fd, p, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	return n < 0 && errno == ENOTSOCK ? write(fd, p, len) : n;
}

/* Until the reader has taken what was written; a reader that never does is not waited for long. */
static void
wait_taken(int fd)
{
	long end = now_ms() + 20;
	int queued;

	while (ioctl(fd, SIOCOUTQ, &queued) == 0 && queued > 0 && now_ms() < end)
		sched_yield();
}

static int
deliver_dribble(struct link_box *box, int fd, uint32_t most)
{
	size_t part = 1;

	while (box->done < box->used) {
		size_t left = box->used - box->done;
		ssize_t n = put_bytes(fd, (unsigned char *)&box->frame + box->done, part < left ? part : left);

		if (n < 0)
			return is_wait(errno) ? 0 : -errno;
		box->done += (size_t)n;
		part = part < most ? part + 1 : 1;
		wait_taken(fd);
	}
	box->done = box->used = 0;
	return 1;
}

int
link_deliver(struct link_box *box, int fd, uint32_t most)
{
	ssize_t n;

	if (most > 0)
		return deliver_dribble(box, fd, most);
	n = put_bytes(fd, (unsigned char *)&box->frame + box->done, box->used - box->done);
	if (n < 0)
		return is_wait(errno) ? 0 : -errno;
	box->done += (size_t)n;
	if (box->done < box->used)
		return 0;
	box->done = box->used = 0;
	return 1;
}
