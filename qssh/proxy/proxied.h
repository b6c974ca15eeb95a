/* SPDX-License-Identifier: ISC */
/*
 * An ssh that a proxy agent (proxyagent.h) serves, and how the proxy agent is told of one: a message on a local
 * SOCK_SEQPACKET socket, the process as a pidfd beside it, and an answer of one byte.
 * Sources: pidfd_open(2), unix(7) SCM_RIGHTS, proc(5).
 */
#ifndef QSSH_PROXY_PROXIED_H
#define QSSH_PROXY_PROXIED_H

#include "client/target.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

/* The name of an agent socket, as target_parse() takes it, with its NUL. */
#define PROXIED_SOCKET_SIZE sizeof(((struct target *)0)->socket)

struct proxied {
	int pidfd; /* the process; readable once it has ended */
	uint64_t connection; /* the inode of its socket to the host; 0: not known, or the process is not ssh itself */
};

enum proxied_answer {
	PROXIED_TAKEN, /* it is watched now */
	PROXIED_FULL, /* the proxy agent has LIMIT_PROXIED already */
	PROXIED_OTHER, /* the proxy agent serves another vault */
};

/* The inode of the socket fd; 0 where it is not a socket. */
uint64_t proxied_connection(int fd);

/*
 * The proxied ssh's process has ended.
 * When ssh goes to the background (-f, ControlPersist) it does so as a new process, and the connection to the host
 * goes with it: if a process of ours still has that, the proxied ssh is this process from now on, and true is returned.
 * False: ssh is gone.
 */
bool proxied_follow(struct proxied *g);

/*
 * Tells the proxy agent that listens at a of g, who wants the vault that socket names.
 * An answer (enum proxied_answer) within deadline; -ECONNREFUSED where no proxy agent listens, or it ended before it
 * answered; or -errno.
 */
int proxied_send(const struct sockaddr_un *a, const struct proxied *g, const char *socket, int64_t deadline);

/*
 * The proxy agent's side, on an accepted connection: 0 with g and socket filled, g's pidfd being close-on-exec and the
 * caller's; or -errno.
 */
int proxied_receive(int fd, struct proxied *g, char socket[PROXIED_SOCKET_SIZE], int64_t deadline);

void proxied_answer(int fd, enum proxied_answer answer);

#endif
