/* SPDX-License-Identifier: ISC */
/* A descriptor sent beside a message on a local socket. Source: unix(7), SCM_RIGHTS. */
#ifndef QSSH_PROXY_FDPASS_H
#define QSSH_PROXY_FDPASS_H

#include "base/wire.h"

#include <sys/types.h>

/* Sends body, of at least one byte, and passed beside it. 0 or -errno; no SIGPIPE. */
int fdpass_send(int fd, struct span body, int passed);

/*
 * Receives one message into buf, without waiting.
 * Its length, with passed the descriptor that came with it, close-on-exec, or -1 where none did; -EPIPE at the
 * end, or -errno.
 */
ssize_t fdpass_receive(int fd, void *buf, size_t size, int *passed);

#endif
