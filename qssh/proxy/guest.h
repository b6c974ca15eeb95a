/* SPDX-License-Identifier: ISC */
/*
 * An ssh that a keeper (keeper.h) serves, and how the keeper is told of one: a message on a local SOCK_SEQPACKET
 * socket, the process as a pidfd beside it, and an answer of one byte.
 * Sources: pidfd_open(2), unix(7) SCM_RIGHTS, proc(5).
 */
#ifndef QSSH_PROXY_GUEST_H
#define QSSH_PROXY_GUEST_H

#include "client/target.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

/* The name of an agent socket, as target_parse() takes it, with its NUL. */
#define GUEST_SOCKET_SIZE sizeof(((struct target *)0)->socket)

struct guest {
	int pidfd; /* the process; readable once it has ended */
	uint64_t connection; /* the inode of its socket to the host; 0: not known, or the process is not ssh itself */
};

enum guest_answer {
	GUEST_TAKEN, /* it is watched now */
	GUEST_FULL, /* the keeper has LIMIT_GUESTS already */
	GUEST_OTHER, /* the keeper serves another vault */
};

/* The inode of the socket fd; 0 where it is none. */
uint64_t guest_connection(int fd);

/*
 * The guest's process has ended.
 * When ssh goes to the background (-f, ControlPersist) it does so as a new process, and the connection to the host
 * goes with it: if a process of ours still has that, the guest is this process from now on, and true is returned.
 * False: ssh is gone.
 */
bool guest_follow(struct guest *g);

/*
 * Tells the keeper that listens at a of g, who wants the vault that socket names.
 * An answer (enum guest_answer) within deadline; -ECONNREFUSED where no keeper listens, or it ended before it
 * answered; or -errno.
 */
int guest_send(const struct sockaddr_un *a, const struct guest *g, const char *socket, int64_t deadline);

/*
 * The keeper's side, on an accepted connection: 0 with g and socket filled, g's pidfd being close-on-exec and the
 * caller's; or -errno.
 */
int guest_receive(int fd, struct guest *g, char socket[GUEST_SOCKET_SIZE], int64_t deadline);

void guest_answer(int fd, enum guest_answer answer);

#endif
