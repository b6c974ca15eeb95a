/* SPDX-License-Identifier: ISC */
/*
 * Patterns of * and ?, as OpenSSH has them (match.c). Pure: no I/O, no malloc.
 */
#ifndef QSSH_BASE_GLOB_H
#define QSSH_BASE_GLOB_H

#include "base/wire.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * * and ? over the whole of s; case matters unless fold is set (ASCII).
 * Linear space, no recursion, at most |pattern| x |s| steps.
 */
bool glob_match(struct span pattern, struct span s, bool fold);

/*
 * The same, with case, in at most *left steps, which it lowers by what it took; at 0 there was no time for an
 * answer, and it is false.
 */
bool glob_within(struct span pattern, struct span s, uint64_t *left);

/*
 * Whatever inner matches, outer matches too.
 * Where it says no, that may still be so (`?*` does not see that it covers `*?`).
 */
bool glob_covers(struct span outer, struct span inner, bool fold);

/* A letter of ASCII in lower case; any other byte as it is. */
uint8_t glob_lower(uint8_t c);

#endif
