/* Small files of the user's own configuration: written whole or not at all. */
#ifndef QSSH_SYS_FILE_H
#define QSSH_SYS_FILE_H

#include "base/wire.h"

#include <stddef.h>

/* A path in the user's home, and one beside it for the time of writing. Longer ones are refused with -ENAMETOOLONG. */
#define FILE_PATH_SIZE 4096u

/* home/name in path. 0; -ENOENT for a home of NULL, -ENAMETOOLONG. */
int file_path(char path[FILE_PATH_SIZE], const char *home, const char *name);

/* Makes the directories above path that are missing, 0700. 0 or -errno. */
int file_make_parents(const char *path);

/* Replaces path by content, mode 0600 before the umask, making its directories first: a reader sees the old content or the new one. 0 or -errno. */
int file_replace(const char *path, struct span content);

/* Removes path. 0, also where it was not there; *was tells. Or -errno. */
int file_remove(const char *path, bool *was);

/* Reads all of path, a regular file, into buf. Its length; -EFBIG where it fills size bytes, -EINVAL where it is no regular file, or -errno. */
int file_read(const char *path, char *buf, size_t size);

#endif
