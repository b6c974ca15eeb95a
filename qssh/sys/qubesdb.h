/* SPDX-License-Identifier: ISC */
/*
 * This qube's configuration as dom0 gave it at the qube's start: qubesdb's daemon, asked on its own socket, without a
 * process as qubesdb-read(1) is one.
 * Source: core-qubesdb, include/qubesdb.h: QDB_CMD_READ, and struct qdb_hdr in the machine's own byte order.
 */
#ifndef QSSH_SYS_QUBESDB_H
#define QSSH_SYS_QUBESDB_H

#include <stddef.h>

#define QUBESDB_SOCKET "/run/qubes/qubesdb.sock"

/*
 * The value of key, which begins with a slash and has less than 64 bytes, NUL-terminated in value.
 * Its length; -ENODEV: no daemon, so this is not a qube; -ENOENT: it has no such key; -EFBIG where the value with its
 * NUL is longer than size; -EBADMSG for what is not an answer, or holds a NUL; -ETIMEDOUT after two seconds; or -errno.
 * value is the empty string on an error.
 */
int qubesdb_read(const char *key, char *value, size_t size);

/* The same on a connection to the daemon, which stays open. */
int qubesdb_ask(int fd, const char *key, char *value, size_t size);

#endif
