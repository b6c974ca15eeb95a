/* SPDX-License-Identifier: ISC */
/* Where the vault keeps what outlives a boot: the record, rates, and host keys without a name. */
#ifndef QSSH_STORE_STATEDIR_H
#define QSSH_STORE_STATEDIR_H

/* Room for its path, with the NUL. A longer home's path is cut, and opens nothing. */
#define STATEDIR_SIZE 4096u

/* The directory's path, below home. Without one (NULL, or empty) it is a path that a user can't write to. */
void statedir_path(char path[STATEDIR_SIZE], const char *home);

#endif
