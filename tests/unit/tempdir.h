/* SPDX-License-Identifier: ISC */
/* A directory of a test's own, under /tmp. */
#ifndef QSSH_TEMPDIR_H
#define QSSH_TEMPDIR_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tempdir {
	char path[32];
	int fd;
};

/* Once more, as another process would. */
static inline int
tempdir_again(const struct tempdir *d)
{
	int fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		abort();
	return fd;
}

static inline struct tempdir
tempdir_new(void)
{
	struct tempdir d = { .path = "/tmp/qssh_test.XXXXXX" };

	if (mkdtemp(d.path) == NULL)
		abort();
	d.fd = tempdir_again(&d);
	return d;
}

static inline void
tempdir_drop(const struct tempdir *d)
{
	char command[64];

	close(d->fd);
	snprintf(command, sizeof(command), "rm -rf %s", d->path);
	if (system(command) != 0)
		abort();
}

#endif
