/* SPDX-License-Identifier: ISC */
/* Small files: read whole or by lines, written whole or not at all. */
#ifndef QSSH_SYS_FILE_H
#define QSSH_SYS_FILE_H

#include "base/wire.h"

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

/* A path in the user's home, and one beside it for the time of writing. Longer ones are refused with -ENAMETOOLONG. */
#define FILE_PATH_SIZE 4096u

/* home/name in path. 0; -ENOENT for a home of NULL, -ENAMETOOLONG. */
int file_path(char path[FILE_PATH_SIZE], const char *home, const char *name);

/* Makes the directories above path that are missing, 0700. 0 or -errno. */
int file_make_parents(const char *path);

/* Makes the directory path and those above it that are missing, 0700. 0, also where it is there, or -errno. */
int file_make_dir(const char *path);

/*
 * Replaces path by content, mode 0600 before the umask, making its directories first: a reader sees the old
 * content or the new one.
 * 0 or -errno.
 */
int file_replace(const char *path, struct span content);

/*
 * Makes path with content, mode 0600 before the umask, and its directories first, all of it or nothing.
 * 0; -EEXIST where there is something of that name, which stays; or -errno.
 */
int file_make(const char *path, struct span content);

/*
 * Replaces name in the directory dir by content, mode 0600 before the umask, on disk before it is named.
 * One writer at a time: the caller holds a lock. What a crash left beside it (.NAME.new) is removed.
 * 0 or -errno.
 */
int file_replace_at(int dir, const char *name, struct span content);

/*
 * The entries of the directory dir from its first one on, by a descriptor of their own; closedir(3) ends them.
 * NULL with errno.
 */
DIR *file_entries(int dir);

/* Opens home/name, a directory: *dir is NULL where it is not there. 0, or -errno of file_path() or opendir(3). */
int file_open_dir(DIR **dir, const char *home, const char *name);

/* Removes path. 0, also where it was not there; *was tells. Or -errno. */
int file_remove(const char *path, bool *was);

/*
 * Opens a file that a person named, to read: waits for a pipe's writer, since whoever typed it can end it.
 * stdin is a socket where qrexec starts the program, as for qvm-run --pass-io, and can't be opened by its path:
 * /dev/stdin is then what is open already.
 * A descriptor or -errno.
 */
int file_open_typed(const char *path);

/* Reads all that fd still has into buf. Its length; -EFBIG where it fills size bytes, or -errno. */
int file_read_fd(int fd, char *buf, size_t size);

/*
 * Reads all of path, a regular file, into buf.
 * Its length; -EFBIG where it fills size bytes, -EINVAL where it is not a regular file, or -errno.
 */
int file_read(const char *path, char *buf, size_t size);

/*
 * Calls each() with each line of a text file, its number from 1, and without its newline, until each() says false.
 * False: the file can't be read.
 */
bool file_each_line(const char *path, bool (*each)(void *ctx, unsigned number, char *line), void *ctx);

#endif
