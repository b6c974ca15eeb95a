/* SPDX-License-Identifier: ISC */
/*
 * $XDG_RUNTIME_DIR/qssh/loaded/NAME: whether agent NAME, one that qssh-load started, has got its keys.
 * The file's lock belongs to whoever starts the agent or loads its keys; it says "loaded" as long as it is not
 * empty, and its time is that of the agent's last use.
 */
#ifndef QSSH_AGENTS_LOADED_H
#define QSSH_AGENTS_LOADED_H

#include <stdbool.h>
#include <time.h>

/*
 * Opens and makes the file, and waits for its lock, which ends with the descriptor.
 * A descriptor, close-on-exec, or -errno.
 */
int loaded_lock(const char *runtime_dir, const char *name);

/* What it says, by the descriptor. */
bool loaded_is(int fd);
int loaded_set(int fd, bool loaded);

/* The last use: CLOCK_REALTIME. -1 where it can't be told. */
time_t loaded_used(int fd);

/* The agent is being used now. Whether it is loaded; false also where there is no such file. Makes nothing. */
bool loaded_use(const char *runtime_dir, const char *name);

#endif
