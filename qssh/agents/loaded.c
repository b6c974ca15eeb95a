/* SPDX-License-Identifier: ISC */
#include "agents/loaded.h"

#include "sys/clock.h"
#include "sys/lock.h"
#include "sys/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int
open_file(const char *runtime_dir, const char *name, int flags)
{
	int dir = rundir_open(runtime_dir, "loaded"), fd;

	if (dir < 0)
		return dir;
	fd = openat(dir, name, flags | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		fd = -errno;
	close(dir);
	return fd;
}

int
loaded_lock(const char *runtime_dir, const char *name)
{
	int fd = open_file(runtime_dir, name, O_CREAT), error;

	if (fd < 0)
		return fd;
	error = lock_take(fd, CLOCK_NEVER);
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

bool
loaded_is(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size > 0;
}

int
loaded_set(int fd, bool loaded)
{
	if (!loaded)
		return ftruncate(fd, 0) == -1 ? -errno : 0;
	return pwrite(fd, "loaded\n", 7, 0) == 7 ? 0 : -EIO;
}

time_t
loaded_used(int fd)
{
	struct stat st;

	return fstat(fd, &st) == -1 ? -1 : st.st_mtime;
}

bool
loaded_use(const char *runtime_dir, const char *name)
{
	int fd = open_file(runtime_dir, name, 0);
	bool loaded;

	if (fd < 0)
		return false;
	loaded = loaded_is(fd);
	futimens(fd, NULL);
	close(fd);
	return loaded;
}
