/* SPDX-License-Identifier: ISC */
#include "store/oldest.h"

#include "sys/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_older(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

void
oldest_remove(int dir, unsigned max)
{
	DIR *d = file_entries(dir);
	struct timespec least = { 0 };
	char oldest[256] = "";
	unsigned count = 0;
	struct dirent *e;

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		struct stat st;

		if (e->d_name[0] == '.' || fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (count++ == 0 || is_older(&st.st_mtim, &least)) {
			least = st.st_mtim;
			snprintf(oldest, sizeof(oldest), "%s", e->d_name);
		}
	}
	closedir(d);
	if (count > max)
		unlinkat(dir, oldest, 0);
}
