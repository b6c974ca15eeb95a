/* SPDX-License-Identifier: ISC */
#include "vault/writable.h"

#include "sys/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What is there of the path: it, or the nearest directory above. */
static int
find_there(const char *path, char there[FILE_PATH_SIZE])
{
	size_t len = strlen(path);

	if (len >= FILE_PATH_SIZE)
		return -ENAMETOOLONG;
	memcpy(there, path, len + 1);
	while (access(there, F_OK) == -1) {
		char *slash = strrchr(there, '/');

		if (errno != ENOENT || slash == NULL || slash == there)
			return -errno;
		*slash = '\0';
	}
	return 0;
}

static int
check(const char *path)
{
	char there[FILE_PATH_SIZE];
	struct statvfs fs;
	int error = find_there(path, there);

	if (error < 0)
		return error;
	if (access(there, W_OK | X_OK) == -1 || statvfs(there, &fs) == -1)
		return -errno;
	return fs.f_bavail == 0 || (fs.f_files > 0 && fs.f_favail == 0) ? -ENOSPC : 0;
}

int
writable_check(const char *state_dir)
{
	char record[FILE_PATH_SIZE];
	int error = check(state_dir);

	if (error < 0)
		return error;
	if (snprintf(record, sizeof(record), "%s/record", state_dir) >= (int)sizeof(record))
		return -ENAMETOOLONG;
	return check(record);
}

const char *
writable_mend(int error)
{
	switch (error) {
	case -ENOSPC:
		return "make room: delete what this qube does not need, or give it a larger disk (private storage)";
	case -EROFS: return "its disk is mounted for reading only: 'dmesg' may say why; then restart this qube";
	default: return "make it yours, and writable";
	}
}

void
writable_complain(const char *who, const char *state_dir)
{
	int error = writable_check(state_dir);

	if (error < 0)
		fprintf(stderr, "%s: the record in %s can't be written, and without it nothing is signed: %s\n", who,
		    state_dir, strerror(-error));
}
