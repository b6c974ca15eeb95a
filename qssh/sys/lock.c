/* SPDX-License-Identifier: ISC */
#include "sys/lock.h"

#include "sys/clock.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/file.h>

/* flock(2) has no timeout: it is tried again so often. */
#define RETRY_MS 5

int
lock_take(int fd, int64_t deadline)
{
	int flags = LOCK_EX | (deadline == CLOCK_NEVER ? 0 : LOCK_NB);

	if (fd < 0) /* seccomp(2) would end a confined process for the call */
		return -EBADF;
	while (flock(fd, flags) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return -errno;
		if (clock_now() >= deadline)
			return -EBUSY;
		poll(NULL, 0, RETRY_MS);
	}
	return 0;
}

void
lock_release(int fd)
{
	flock(fd, LOCK_UN);
}
