/* SPDX-License-Identifier: ISC */
#include "store/rate.h"

#include "store/oldest.h"
#include "sys/clock.h"
#include "sys/lock.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
open_file(int dir, const char *client, int flags)
{
	int fd = openat(dir, client, flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd == -1 ? -errno : fd;
}

int
rate_open(const char *state_dir, const char *client)
{
	char path[4096];
	int dir, fd;

	if (snprintf(path, sizeof(path), "%s/rates", state_dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir == -1 && errno == ENOENT && (mkdir(path, 0700) == 0 || errno == EEXIST))
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir == -1)
		return -errno;
	fd = open_file(dir, client, 0);
	if (fd == -ENOENT) {
		fd = open_file(dir, client, O_CREAT);
		oldest_remove(dir, RATE_CLIENTS);
	}
	close(dir);
	return fd;
}

static int
take_locked(int fd, unsigned purpose, uint32_t count, uint32_t seconds, uint64_t now)
{
	uint64_t times[RATE_MAX], oldest = UINT64_MAX, time = htobe64(now);
	const off_t begin = (off_t)(purpose * sizeof(times));
	ssize_t n = pread(fd, times, sizeof(times), begin);
	size_t kept, slot = 0;
	uint32_t recent = 0;

	if (n < 0)
		return -errno;
	kept = (size_t)n / sizeof(times[0]);
	for (size_t i = 0; i < kept; i++) {
		uint64_t t = be64toh(times[i]);

		recent += t + seconds > now;
		if (t < oldest) {
			oldest = t;
			slot = i;
		}
	}
	if (recent >= count)
		return 0;
	/* The oldest makes room once there is none. */
	if (kept < RATE_MAX)
		slot = kept;
	return pwrite(fd, &time, sizeof(time), begin + (off_t)(slot * sizeof(time))) == sizeof(time) ? 1 : -EIO;
}

int
rate_take(int fd, unsigned purpose, uint32_t count, uint32_t seconds, uint64_t now)
{
	int taken = lock_take(fd, CLOCK_NEVER);

	if (taken < 0)
		return taken;
	taken = take_locked(fd, purpose, count, seconds, now);
	lock_release(fd);
	return taken;
}
