#include "statefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int
older(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

/* Best effort: a file too many harms nobody. */
static void
prune(int dir)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy == -1 ? NULL : fdopendir(copy);
	struct timespec least = { 0 };
	char oldest[256] = "";
	unsigned count = 0;
	struct dirent *e;

	if (d == NULL) {
		if (copy != -1)
			close(copy);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		struct stat st;

		if (e->d_name[0] == '.' || fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (count++ == 0 || older(&st.st_mtim, &least)) {
			least = st.st_mtim;
			snprintf(oldest, sizeof(oldest), "%s", e->d_name);
		}
	}
	closedir(d);
	if (count > STATEFILE_MAX)
		unlinkat(dir, oldest, 0);
}

/* Locked, and still the file of that name: whoever removed it did so under the same lock, or without any need of what it held. */
static int
open_locked(int dir, const char *name, int flags)
{
	struct stat st;
	int fd;

	do {
		fd = openat(dir, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
		if (fd == -1)
			return -errno;
		if (flock(fd, LOCK_EX) == -1 || fstat(fd, &st) == -1) {
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
		prune(dir);
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
