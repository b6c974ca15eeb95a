/* SPDX-License-Identifier: ISC */
/* Connections to AF_UNIX sockets. Source: unix(7). */
#ifndef QSSH_SYS_UNIXSOCKET_H
#define QSSH_SYS_UNIXSOCKET_H

/*
 * Connects to the socket at path, of a type of socket(2), close-on-exec and blocking.
 * Where its backlog is full this waits ms milliseconds; 0: for ever.
 * The descriptor; -ENAMETOOLONG for an empty path or one that is too long, -ETIMEDOUT, or -errno.
 */
int unixsocket_connect(const char *path, int type, int ms);

#endif
