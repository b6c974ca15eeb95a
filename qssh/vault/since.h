/* SPDX-License-Identifier: ISC */
/* A moment that a person named. */
#ifndef QSSH_VAULT_SINCE_H
#define QSSH_VAULT_SINCE_H

#include <time.h>

/*
 * Reads `30m` (s, m, h, d: so long before now), or YYYY-MM-DD with optionally THH:MM[:SS] (a space for the T too),
 * in local time, or with a Z at its end in UTC. 0, or -EINVAL.
 */
int since_parse(const char *word, time_t now, time_t *out);

#endif
