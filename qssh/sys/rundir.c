/* SPDX-License-Identifier: ISC */
#include "sys/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int
dir_is_ours(const struct stat *st, mode_t forbidden)
{
	return S_ISDIR(st->st_mode) && st->st_uid == geteuid() && (st->st_mode & forbidden) == 0;
}

static int
open_dir(int parent, const char *name)
{
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Closes parent. */
static int
open_child(int parent, const char *name, mode_t forbidden)
{
	struct stat st;
	int fd = open_dir(parent, name), error = 0;

	if (fd == -1 && errno == ENOENT && (mkdirat(parent, name, 0700) == 0 || errno == EEXIST))
		fd = open_dir(parent, name);
	if (fd == -1 || fstat(fd, &st) == -1)
		error = -errno;
	else if (!dir_is_ours(&st, forbidden))
		error = -EPERM;
	close(parent);
	if (error == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return error;
}

int
rundir_open(const char *runtime_dir, const char *name)
{
	int fd = open(runtime_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return -errno;
	/* systemd makes qssh/ for its sockets, and lets others look into it. */
	fd = open_child(fd, "qssh", 022);
	return fd < 0 ? fd : open_child(fd, name, 077);
}

int
rundir_find(char *out, unsigned size)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	struct stat st;
	int n;

	if (dir != NULL && dir[0] == '/')
		n = snprintf(out, size, "%s", dir);
	else
		n = snprintf(out, size, "/run/user/%u", (unsigned)getuid());
	if (n < 0 || (unsigned)n >= size)
		return -ENAMETOOLONG;
	if (lstat(out, &st) == -1)
		return -errno;
	return dir_is_ours(&st, 022) ? 0 : -EPERM;
}

bool
rundir_is_full(const char *runtime_dir)
{
	struct statvfs st;

	return statvfs(runtime_dir, &st) == 0 && (st.f_bavail == 0 || (st.f_files > 0 && st.f_favail == 0));
}
