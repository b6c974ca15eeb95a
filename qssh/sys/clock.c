/* SPDX-License-Identifier: ISC */
#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

static int64_t
read_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_now(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

int64_t
clock_deadline(int64_t ms)
{
	return clock_now() + ms;
}

int
clock_poll_timeout(int64_t deadline)
{
	int64_t left;

	if (deadline == CLOCK_NEVER)
		return -1;
	left = deadline - clock_now();
	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

int64_t
clock_boot(void)
{
	return read_ms(CLOCK_BOOTTIME);
}

int64_t
clock_wall(void)
{
	return read_ms(CLOCK_REALTIME);
}

int
clock_boot_id(char out[CLOCK_BOOT_ID])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return -errno;
	n = read(fd, out, CLOCK_BOOT_ID - 1);
	close(fd);
	if (n != (ssize_t)(CLOCK_BOOT_ID - 1))
		return -EIO;
	out[CLOCK_BOOT_ID - 1] = '\0';
	return 0;
}
