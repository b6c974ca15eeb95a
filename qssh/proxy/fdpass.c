/* SPDX-License-Identifier: ISC */
#include "proxy/fdpass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Room for one descriptor, aligned as a header must be. */
union control {
	struct cmsghdr header;
	char buf[CMSG_SPACE(sizeof(int))];
};

int
fdpass_send(int fd, struct span body, int passed)
{
	union control control = { .buf = { 0 } };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)body.p, .iov_len = body.len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	m.msg_control = control.buf;
	m.msg_controllen = sizeof(control.buf);
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &passed, sizeof(int));
	return sendmsg(fd, &m, MSG_NOSIGNAL) == -1 ? -errno : 0;
}

ssize_t
fdpass_receive(int fd, void *buf, size_t size, int *passed)
{
	union control control;
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	const struct cmsghdr *c;
	ssize_t n;

	m.msg_control = control.buf;
	m.msg_controllen = sizeof(control.buf);
	*passed = -1;
	n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	if (n <= 0)
		return n == 0 ? -EPIPE : -errno;
	c = CMSG_FIRSTHDR(&m);
	if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(passed, CMSG_DATA(c), sizeof(int));
	return n;
}
