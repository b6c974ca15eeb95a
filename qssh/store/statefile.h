/* SPDX-License-Identifier: ISC */
/*
 * A small file that many processes change in turn: one struct, under flock(2), in a directory of rundir.h.
 * Read and written by one build of the program, within one boot; a file of another size reads as all zero.
 */
#ifndef QSSH_STORE_STATEFILE_H
#define QSSH_STORE_STATEFILE_H

#include <stddef.h>

/* Files in one directory; the one that was changed longest ago goes first. */
#define STATEFILE_MAX 256u

/* Opens (and makes) dir/name, locks it, and reads size bytes of state. A descriptor or -errno. */
int statefile_open(int dir, const char *name, void *state, size_t size);

/* Writes the state back, and closes. 0 or -errno. */
int statefile_save(int fd, const void *state, size_t size);

/* Reads without making anything: 0, -ENOENT (state is all zero), or -errno. */
int statefile_read(int dir, const char *name, void *state, size_t size);

#endif
