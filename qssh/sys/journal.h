/* SPDX-License-Identifier: ISC */
/*
 * Entries for systemd's journal, without its library.
 * Sources: systemd.io/JOURNAL_NATIVE_PROTOCOL, sd_journal_stream_fd(3).
 * Best effort: a qube may have none.
 */
#ifndef QSSH_SYS_JOURNAL_H
#define QSSH_SYS_JOURNAL_H

#include <stddef.h>

/* A datagram socket to the journal, non-blocking and close-on-exec; -1 where there is no journal. */
int journal_open(void);

/*
 * Sends one entry of n "FIELD=value" strings, none with a newline. Never blocks, never fails the caller; fd may be -1.
 * One writev(2): all that a confined process may do on it.
 */
void journal_send(int fd, const char *const fields[], size_t n);

/*
 * A stream whose lines become entries of identifier, for a child's stderr; close-on-exec. /dev/null where there is
 * no journal; -errno.
 */
int journal_stream(const char *identifier);

#endif
