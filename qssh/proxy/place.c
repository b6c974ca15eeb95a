/* SPDX-License-Identifier: ISC */
#include "proxy/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int
place_open(struct place *p, const struct sockdir *d, const char *name, int type)
{
	struct sockaddr_un a;
	struct stat st = { 0 };
	mode_t old;
	int error;

	p->fd = -1;
	if (snprintf(p->name, sizeof(p->name), "%s", name) >= (int)sizeof(p->name))
		return -ENAMETOOLONG;
	error = sockdir_address(d, name, &a);
	if (error < 0)
		return error;
	if (unlinkat(d->fd, name, 0) == -1 && errno != ENOENT)
		return -errno;
	p->fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->fd == -1)
		return -errno;
	old = umask(0177);
	error = bind(p->fd, (struct sockaddr *)&a, sizeof(a)) == -1 ? -errno : 0;
	umask(old);
	if (error == 0 && (listen(p->fd, SOMAXCONN) == -1 || fstatat(d->fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1))
		error = -errno;
	p->dev = st.st_dev;
	p->ino = st.st_ino;
	return error;
}

void
place_remove(const struct place *p, const struct sockdir *d)
{
	struct stat st;

	if (fstatat(d->fd, p->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_dev == p->dev && st.st_ino == p->ino)
		unlinkat(d->fd, p->name, 0);
}

void
place_close(struct place *p)
{
	if (p->fd != -1)
		close(p->fd);
	p->fd = -1;
}

bool
place_is_taken(const struct sockdir *d, const char *name)
{
	struct stat st;

	return fstatat(d->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(st.st_mode);
}
