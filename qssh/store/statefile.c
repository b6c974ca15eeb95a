/* SPDX-License-Identifier: ISC */
#include "store/statefile.h"

#include "store/oldest.h"
#include "sys/clock.h"
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Locked, and still the file of that name: whoever removed it did so under the same lock, or without any need of
 * what it held.
 */
static int
open_locked(int dir, const char *name, int flags)
{
	struct stat st;
	int fd;

	do {
		fd = openat(dir, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
		if (fd == -1)
			return -errno;
		if (lock_take(fd, CLOCK_NEVER) < 0 || fstat(fd, &st) == -1) {
			int error = -errno;

			close(fd);
			return error;
		}
		if (st.st_nlink == 0)
			close(fd);
	} while (st.st_nlink == 0);
	return fd;
}

static void
get(int fd, void *state, size_t size)
{
	struct stat st;

	if (fstat(fd, &st) == -1 || st.st_size != (off_t)size || pread(fd, state, size, 0) != (ssize_t)size)
		memset(state, 0, size);
}

int
statefile_open(int dir, const char *name, void *state, size_t size)
{
	struct stat st;
	int fd;

	memset(state, 0, size);
	fd = open_locked(dir, name, O_RDWR | O_CREAT);
	if (fd < 0)
		return fd;
	get(fd, state, size);
	if (fstat(fd, &st) == 0 && st.st_size == 0)
		oldest_remove(dir, STATEFILE_MAX);
	return fd;
}

int
statefile_save(int fd, const void *state, size_t size)
{
	int error = 0;

	if (pwrite(fd, state, size, 0) != (ssize_t)size || ftruncate(fd, (off_t)size) == -1)
		error = -EIO;
	close(fd);
	return error;
}

int
statefile_read(int dir, const char *name, void *state, size_t size)
{
	int fd;

	memset(state, 0, size);
	fd = open_locked(dir, name, O_RDONLY);
	if (fd < 0)
		return fd;
	get(fd, state, size);
	close(fd);
	return 0;
}
