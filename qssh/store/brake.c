/* SPDX-License-Identifier: ISC */
#include "store/brake.h"

#include "store/recorddir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MARK[] = "locked\n";

static const char *
file_name(bool all)
{
	return all ? ".locked" : "locked";
}

static int
open_file(int dir, bool all, int flags)
{
	struct stat st;
	int fd = openat(dir, file_name(all), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);

	if (fd == -1)
		return -errno;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

int
brake_open(struct brake *b, const char *state_dir, struct span client)
{
	struct recorddir d;
	bool made;
	int all = recorddir_open_all(state_dir, true), error;

	*b = (struct brake){ .all = -1, .client = -1 };
	snprintf(b->for_client, sizeof(b->for_client), "this qube is locked; 'qssh-vault unlock --for %.*s' lifts that",
	    (int)(client.len < LIMIT_QUBE ? client.len : LIMIT_QUBE), (const char *)client.p);
	if (all < 0)
		return all;
	b->all = open_file(all, true, O_RDONLY | O_CREAT);
	error = recorddir_open(&d, all, client, &made);
	if (error == 0) {
		b->client = open_file(d.fd, false, O_RDONLY | O_CREAT);
		close(d.fd);
	}
	close(all);
	return error < 0 ? error : b->all < 0 ? b->all : b->client < 0 ? b->client : 0;
}

/* Anything in it locks. */
static int
is_set(int fd)
{
	char byte;
	ssize_t n;

	if (fd < 0) /* seccomp(2) would end a confined process for the call */
		return -EBADF;
	do
		n = pread(fd, &byte, 1, 0);
	while (n == -1 && errno == EINTR);
	return n < 0 ? -errno : n > 0;
}

const char *
brake_reason(const struct brake *b)
{
	int all = is_set(b->all), client = is_set(b->client);

	if (all < 0 || client < 0)
		return "whether this vault is locked can't be read; 'qssh-vault doctor' says why";
	if (all > 0)
		return "this vault is locked; 'qssh-vault unlock' lifts that";
	return client > 0 ? b->for_client : NULL;
}

/* On a disk that is full the mark is a hole, which takes no room. */
static int
write_mark(int fd)
{
	ssize_t n = pwrite(fd, MARK, sizeof(MARK) - 1, 0);

	if (n == -1 && (errno == ENOSPC || errno == EDQUOT))
		return ftruncate(fd, sizeof(MARK) - 1) == -1 ? -errno : 0;
	return n == -1 ? -errno : n == (ssize_t)(sizeof(MARK) - 1) ? 0 : -EIO;
}

/* Never both at once: two persons' words go one after the other, and the last holds. */
static int
set(int fd, bool on)
{
	int was = is_set(fd), error;

	if (was < 0 || (was > 0) == on)
		return was < 0 ? was : 0;
	error = on ? write_mark(fd) : ftruncate(fd, 0) == -1 ? -errno : 0;
	if (error < 0)
		return error;
	return fsync(fd) == -1 ? -errno : 1;
}

int
brake_set(const char *state_dir, const char *client, bool on)
{
	int all = recorddir_open_all(state_dir, true), fd, result;
	struct recorddir d = { .fd = -1 };
	bool made;

	if (all < 0)
		return all;
	result = client == NULL ? 0 : recorddir_open(&d, all, span_of(client), &made);
	if (result == 0) {
		fd = open_file(client == NULL ? all : d.fd, client == NULL, O_RDWR | O_CREAT);
		result = fd < 0 ? fd : set(fd, on);
		if (fd >= 0)
			close(fd);
	}
	if (d.fd != -1)
		close(d.fd);
	close(all);
	return result;
}

int
brake_is_set(int dir, bool all)
{
	int fd = open_file(dir, all, O_RDONLY), result;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	result = is_set(fd);
	close(fd);
	return result;
}
