/* SPDX-License-Identifier: ISC */
/* A directory of its own for a unit test's files, gone at exit. */
#ifndef QSSH_SCRATCH_H
#define QSSH_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char scratch_dir[] = "/tmp/qssh-unit.XXXXXX";
static pid_t scratch_owner; /* a forked child's exit removes nothing */

static inline int
scratch_unlink(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void
scratch_remove(void)
{
	if (getpid() == scratch_owner)
		nftw(scratch_dir, scratch_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void
scratch_make(void)
{
	if (mkdtemp(scratch_dir) == NULL) {
		perror(scratch_dir);
		exit(1);
	}
	scratch_owner = getpid();
	atexit(scratch_remove);
}

/* A path in it, in one of four buffers in turn. */
static inline const char *
scratch_path(const char *name)
{
	static char paths[4][512];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch_dir, name);
	return path;
}

static inline void
scratch_put(const char *name, const char *text)
{
	FILE *f = fopen(scratch_path(name), "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF) {
		perror(name);
		exit(1);
	}
}

/* The text of a file, cut at the buffer; "" where there is none. */
static inline const char *
scratch_get(const char *name)
{
	static char text[8192];
	FILE *f = fopen(scratch_path(name), "r");
	size_t n = f != NULL ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (f != NULL)
		fclose(f);
	text[n] = '\0';
	return text;
}

#endif
