/* SPDX-License-Identifier: ISC */
#include "store/recorddir.h"

#include "base/qube.h"
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
recorddir_name(enum record_kind kind)
{
	return kind == RECORD_SIGNATURES ? "signatures" : "requests";
}

void
recorddir_older_name(enum record_kind kind, unsigned number, char out[32])
{
	snprintf(out, 32, "%s.%u", recorddir_name(kind), number);
}

static int
open_dir(int at, const char *path)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd == -1 ? -errno : fd;
}

int
recorddir_open_all(const char *state_dir, bool make)
{
	char path[FILE_PATH_SIZE];
	int fd, error = 0;

	if (snprintf(path, sizeof(path), "%s/record", state_dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open_dir(AT_FDCWD, path);
	if (fd != -ENOENT || !make)
		return fd;
	error = file_make_parents(path);
	if (error == 0 && mkdir(path, 0700) == -1 && errno != EEXIST)
		error = -errno;
	return error < 0 ? error : open_dir(AT_FDCWD, path);
}

static bool
is_client(const char *name)
{
	return strcmp(name, RECORDDIR_NOBODY) == 0 || qube_is_name(span_of(name));
}

/* Never through a symlink: each client has what is its own. */
static int
open_client(struct recorddir *d, int all, const char *name)
{
	snprintf(d->client, sizeof(d->client), "%.*s", (int)LIMIT_QUBE, name);
	d->fd = openat(all, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return d->fd == -1 ? -errno : 0;
}

int
recorddir_open(struct recorddir *d, int all, struct span client, bool *made)
{
	char name[LIMIT_QUBE + 1] = RECORDDIR_NOBODY;
	int error;

	*made = false;
	d->fd = -1;
	if (client.len > LIMIT_QUBE)
		return -ENAMETOOLONG;
	if (client.len > 0)
		snprintf(name, sizeof(name), "%.*s", (int)client.len, (const char *)client.p);
	if (!is_client(name))
		return -EINVAL;
	error = open_client(d, all, name);
	if (error != -ENOENT)
		return error;
	*made = mkdirat(all, name, 0700) == 0;
	return !*made && errno != EEXIST ? -errno : open_client(d, all, name);
}

int
recorddir_each(int all, int (*fn)(void *ctx, const struct recorddir *d), void *ctx)
{
	DIR *list = file_entries(all);
	struct dirent *e;
	int result = 0;

	if (list == NULL)
		return -errno;
	while (result == 0 && (e = readdir(list)) != NULL) {
		struct recorddir d;

		if (!is_client(e->d_name) || open_client(&d, all, e->d_name) < 0)
			continue;
		result = fn(ctx, &d);
		close(d.fd);
	}
	closedir(list);
	return result;
}

/* The number of an older file's name; 0 for none. */
static unsigned
number_of(const char *name, const char *base)
{
	size_t len = strlen(base);
	unsigned long n;
	char *end;

	if (strncmp(name, base, len) != 0 || name[len] != '.' || name[len + 1] < '1' || name[len + 1] > '9')
		return 0;
	n = strtoul(name + len + 1, &end, 10);
	return *end == '\0' && n < 1000000000 ? (unsigned)n : 0;
}

static int
by_number(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return x < y ? -1 : x > y;
}

int
recorddir_older(const struct recorddir *d, enum record_kind kind, struct recorddir_older *out)
{
	DIR *list = file_entries(d->fd);
	struct dirent *e;

	out->count = 0;
	if (list == NULL)
		return -errno;
	while (out->count < RECORDDIR_OLDER_MAX && (e = readdir(list)) != NULL) {
		unsigned n = number_of(e->d_name, recorddir_name(kind));

		if (n != 0)
			out->number[out->count++] = n;
	}
	closedir(list);
	qsort(out->number, out->count, sizeof(out->number[0]), by_number);
	return 0;
}
