/* SPDX-License-Identifier: ISC */
/*
 * The process at the other end of an AF_UNIX stream: who it is, and one sentence on its terminal.
 * Sources: unix(7) SO_PEERCRED, SO_PEERPIDFD (Linux 6.5), pidfd_open(2), proc(5).
 */
#ifndef QSSH_CLIENT_PEER_H
#define QSSH_CLIENT_PEER_H

#include <stdbool.h>
#include <sys/types.h>

struct peer {
	pid_t pid;
	int pidfd; /* -1: it can't be named with certainty, so it is told nothing */
};

/*
 * Looks at the peer of fd.
 * 0; -ENOTSOCK where fd is not an AF_UNIX stream, -EPERM where the peer is not of our uid, or -errno.
 * To be called early: a peer whose pid was reused before the call is recognised by its start time.
 */
int peer_open(struct peer *p, int fd);

/* After -EPERM: the peer is root, who could be any user, and learns why it gets no key. It is told on no terminal. */
bool peer_is_root(int fd);

void peer_close(struct peer *p);

/*
 * Writes sentence, which is our own text and ASCII, as one line to the terminal of whoever started the peer
 * (terminal.h), if that takes it at once; unless QSSH_QUIET stands in the peer's environment, with any value.
 * Never blocks, never takes a controlling terminal.
 */
void peer_tell(const struct peer *p, const char *sentence);

#endif
