/* SPDX-License-Identifier: ISC */
#include "proxy/sockdir.h"

#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * Between two tries for the gate.
 * It is held for a millisecond, so a queue moves on soon, and waiting costs next to nothing.
 */

/* An open directory's owner and mode; what: its path. 0, or -errno with why. */
static int
check(int fd, const char *what, bool parent, char why[SOCKDIR_WHY_SIZE])
{
	struct stat st;

	if (fstat(fd, &st) == -1) {
		snprintf(why, SOCKDIR_WHY_SIZE, "%s: %s", what, strerror(errno));
		return -EIO;
	}
	if (st.st_uid != getuid() && !(parent && st.st_uid == 0)) {
		snprintf(why, SOCKDIR_WHY_SIZE, "%s belongs to user %u: remove it", what, (unsigned)st.st_uid);
		return -EPERM;
	}
	/* Who can write in the parent can put another directory in this one's place. sshd wants the same of it. */
	if (parent && (st.st_mode & 022) != 0) {
		snprintf(why, SOCKDIR_WHY_SIZE, "%s has mode %04o: others must not write there, run chmod go-w", what,
		    (unsigned)st.st_mode & 07777);
		return -EPERM;
	}
	if (!parent && (st.st_mode & 07777) != 0700) {
		snprintf(why, SOCKDIR_WHY_SIZE, "%s has mode %04o: others must not use it, run chmod 0700", what,
		    (unsigned)st.st_mode & 07777);
		return -EPERM;
	}
	return 0;
}

static void
say_open(const char *path, int error, char why[SOCKDIR_WHY_SIZE])
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		snprintf(why, SOCKDIR_WHY_SIZE, "%s is %s, not a directory: remove it", path,
		    S_ISLNK(st.st_mode) ? "a symbolic link" : "a file");
	else if (error == -EACCES)
		snprintf(why, SOCKDIR_WHY_SIZE, "%s is not ours: %s", path, strerror(-error));
	else
		snprintf(why, SOCKDIR_WHY_SIZE, "%s: %s", path, strerror(-error));
}

/*
 * Makes name in the directory at, if it is missing, and opens it with more flags.
 * The descriptor, or -errno with why.
 */
static int
open_checked(int at, const char *name, const char *path, int flags, char why[SOCKDIR_WHY_SIZE])
{
	bool parent = (flags & O_NOFOLLOW) == 0;
	int fd = -1, error = 0;

	if (mkdirat(at, name, 0700) == -1 && errno != EEXIST)
		error = -errno;
	if (error == 0) {
		fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
		error = fd == -1 ? -errno : 0;
	}
	if (error < 0) {
		say_open(path, error, why);
		return error;
	}
	error = check(fd, path, parent, why);
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

int
sockdir_open(struct sockdir *d, const char *home, char why[SOCKDIR_WHY_SIZE])
{
	char path[SOCKDIR_PATH_SIZE];
	int parent, error;

	d->fd = -1;
	if (snprintf(d->path, sizeof(d->path), "%s/.ssh/qssh", home) >= (int)sizeof(d->path)) {
		snprintf(why, SOCKDIR_WHY_SIZE, "the path of %.200s/.ssh/qssh is too long for a socket", home);
		return -ENAMETOOLONG;
	}
	snprintf(path, sizeof(path), "%s/.ssh", home);
	/* ~/.ssh itself may be a link, to where a person keeps it. */
	parent = open_checked(AT_FDCWD, path, path, 0, why);
	if (parent < 0)
		return parent;
	d->fd = open_checked(parent, "qssh", d->path, O_NOFOLLOW, why);
	close(parent);
	if (d->fd >= 0)
		return 0;
	error = d->fd;
	d->fd = -1;
	return error;
}

int
sockdir_reopen(const struct sockdir *d, struct sockdir *other)
{
	*other = *d;
	other->fd = openat(d->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return other->fd == -1 ? -errno : 0;
}

void
sockdir_close(struct sockdir *d)
{
	if (d->fd != -1)
		close(d->fd);
	d->fd = -1;
}

int
sockdir_lock(const struct sockdir *d, int64_t deadline)
{
	return lock_take(d->fd, deadline);
}

void
sockdir_unlock(const struct sockdir *d)
{
	lock_release(d->fd);
}

int
sockdir_address(const struct sockdir *d, const char *name, struct sockaddr_un *a)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (snprintf(a->sun_path, sizeof(a->sun_path), "%s/%s", d->path, name) >= (int)sizeof(a->sun_path))
		return -ENAMETOOLONG;
	return 0;
}
