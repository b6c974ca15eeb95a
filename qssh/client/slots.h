/* SPDX-License-Identifier: ISC */
/*
 * How many calls to one vault this qube makes at a time. A vault takes some 128 (qrexec-daemon's ports) and refuses
 * the rest at once, so the others wait here for their turn.
 * Kept without a process: a slot is a lock on a byte of $XDG_RUNTIME_DIR/qssh-slots.QUBE, and goes with the
 * descriptor that holds it.
 * Source: fcntl(2), open file description locks.
 */
#ifndef QSSH_CLIENT_SLOTS_H
#define QSSH_CLIENT_SLOTS_H

#include <stdint.h>

/* What remains of the vault's places is for other qubes. filter/share.h has room for as many of one client. */
#define SLOTS_MAX 100

/*
 * Takes a slot for a call to qube, and waits for one until the deadline (sys/clock.h).
 * 0, and *slot is the descriptor that holds it; -ETIMEDOUT; -ECANCELED where the peer of the socket watch, if that is
 * not -1, hung up.
 * Where no file can be kept (runtime_dir may be NULL) the number has no bound: 0, and *slot is -1.
 */
int slots_take(const char *runtime_dir, const char *qube, int watch, int64_t deadline, int *slot);

#endif
