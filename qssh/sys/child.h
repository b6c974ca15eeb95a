/* SPDX-License-Identifier: ISC */
/*
 * A program that the asker starts: a dialog, or qssh-notify.
 * It is a process group of its own and ends as one; it holds /dev/null, and for its output /dev/null or a pipe to
 * us.
 * Its output is read when it has ended, so that a grandchild that keeps the pipe delays nothing.
 */
#ifndef QSSH_SYS_CHILD_H
#define QSSH_SYS_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int pidfd; /* readable once it has ended; -1: no child */
	int out; /* -1: none */
};

/* How long a child has between SIGTERM and SIGKILL. */
#define CHILD_GRACE_MS 300

/* Starts path with argv and our environment. 0 or -errno; that path can't be run shows as exit status 127. */
int child_start(struct child *c, const char *path, char *const argv[], bool output);

/*
 * Takes a child that has ended (pidfd is readable): kills what is left of its group, puts at most size - 1 bytes
 * of its output and a NUL into output (where not NULL), and forgets it.
 * Its wait status (wait(2)), or -errno.
 */
int child_take(struct child *c, char *output, size_t size);

/* Ends the child and its group, waits CHILD_GRACE_MS at most for it to do so by itself, and forgets it. */
void child_end(struct child *c);

#endif
