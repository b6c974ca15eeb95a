/* SPDX-License-Identifier: ISC */
/*
 * The binds of a connection that were answered here, in place of a vault: kept whole, so that the vault can hear them
 * before it signs.
 * Pure: no I/O, no malloc.
 */
#ifndef QSSH_CLIENT_REPLAY_H
#define QSSH_CLIENT_REPLAY_H

#include "base/limits.h"
#include "base/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* All of a connection together: host certificates have a few KiB. */
#define REPLAY_SIZE (LIMIT_BINDS * 8192u)

struct replay {
	unsigned count;
	struct span binds[LIMIT_BINDS]; /* whole requests, in store */
	size_t stored;
	uint8_t store[REPLAY_SIZE];
};

/* Holds no bind. */
void replay_open(struct replay *r);

/* Keeps a copy of a bind. False: there are too many, or they are too large together. */
bool replay_keep(struct replay *r, struct span bind);

#endif
