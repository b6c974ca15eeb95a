/* SPDX-License-Identifier: ISC */
/*
 * The directory of the agent sockets that `qssh proxy` serves, ~/.ssh/qssh: a place that is there without a user
 * manager, and that ssh_config's IdentityAgent can name.
 * Whoever could write in it could be our ssh's agent, so it counts only when it is a directory of ours with mode
 * 0700, in one that nobody else can write in.
 * Its flock(2) is the gate: sockets are made, joined and removed by its holder only.
 */
#ifndef QSSH_PROXY_SOCKDIR_H
#define QSSH_PROXY_SOCKDIR_H

#include <stdint.h>
#include <sys/un.h>

/* Beyond this no path can be an AF_UNIX address; unix(7). */
#define SOCKDIR_PATH_SIZE sizeof(((struct sockaddr_un *)0)->sun_path)
#define SOCKDIR_WHY_SIZE 512u

struct sockdir {
	int fd; /* close-on-exec; of an open file description of its own, as flock(2) needs it */
	char path[SOCKDIR_PATH_SIZE];
};

/*
 * Opens home's .ssh/qssh; makes it, and .ssh, where they are missing. home is the user database's, which ssh's ~
 * and %d mean, not $HOME. 0, or -errno with why: -ENAMETOOLONG, -EPERM for a wrong owner or mode, -ENOTDIR for a
 * symbolic link, …
 */
int sockdir_open(struct sockdir *d, const char *home, char why[SOCKDIR_WHY_SIZE]);

/*
 * Opens the directory that d is once more, for a flock of its own: a forked child would share its parent's.
 * 0 or -errno.
 */
int sockdir_reopen(const struct sockdir *d, struct sockdir *other);

void sockdir_close(struct sockdir *d);

/* Takes the gate, as lock_take(). */
int sockdir_lock(const struct sockdir *d, int64_t deadline);

void sockdir_unlock(const struct sockdir *d);

/* The address of name in the directory. 0 or -ENAMETOOLONG. */
int sockdir_address(const struct sockdir *d, const char *name, struct sockaddr_un *a);

#endif
