/* SPDX-License-Identifier: ISC */
/* A place where a proxy agent listens: a socket, and its file in the directory of sockets (sockdir.h). */
#ifndef QSSH_PROXY_PLACE_H
#define QSSH_PROXY_PLACE_H

#include "proxy/sockdir.h"

#include <stdbool.h>
#include <sys/types.h>

struct place {
	int fd; /* -1: closed */
	char name[SOCKDIR_PATH_SIZE];
	dev_t dev; /* of the file that it was bound to */
	ino_t ino;
};

/*
 * Listens at name in d, for its owner alone, in the place of whatever is there. type: SOCK_STREAM or SOCK_SEQPACKET.
 * 0 or -errno.
 */
int place_open(struct place *p, const struct sockdir *d, const char *name, int type);

/* Removes the file if it is still the one that was made. */
void place_remove(const struct place *p, const struct sockdir *d);

void place_close(struct place *p);

/* A socket is at name: not so when somebody cleared the directory behind a proxy agent's back. */
bool place_is_taken(const struct sockdir *d, const char *name);

#endif
