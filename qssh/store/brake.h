/* SPDX-License-Identifier: ISC */
/*
 * The brake: a person's word that nothing is signed, for one client or for all, until it is taken back. Kept in
 * files of ~/.local/state/qssh/record that are empty while nothing is locked: `.locked`, and `locked` in a
 * client's directory. They are changed where they are, never replaced, so that a filter that has one open sees it.
 */
#ifndef QSSH_STORE_BRAKE_H
#define QSSH_STORE_BRAKE_H

#include "base/limits.h"
#include "base/wire.h"

#include <stdbool.h>

struct brake {
	int all, client; /* descriptors to read; -1: can't be */
	char for_client[96 + LIMIT_QUBE]; /* why nothing is signed for it */
};

/*
 * Opens both, made if need be. 0, or -errno where one can't be opened or is not a regular file: then nothing is
 * signed. To be called before confinement.
 */
int brake_open(struct brake *b, const char *state_dir, struct span client);

/* Why nothing may be signed now, in our own words; NULL: it may. Calls pread alone. */
const char *brake_reason(const struct brake *b);

/* Locks, or unlocks, one client or with NULL all. 1; 0: it was so already; or -errno. */
int brake_set(const char *state_dir, const char *client, bool on);

/* It is locked: 1, 0 or -errno. dir is state_dir/record for all, or a client's directory in it. */
int brake_is_set(int dir, bool all);

#endif
