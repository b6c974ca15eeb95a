/* SPDX-License-Identifier: ISC */
/*
 * Which rules a key's clause holds for, found without looking at each: by the key's hash, and by the literal
 * beginning of the patterns for its comment.
 * Pure: no I/O, no malloc.
 */
#ifndef QSSH_RULES_KEYINDEX_H
#define QSSH_RULES_KEYINDEX_H

#include "rules/rules.h"

#include <stdint.h>

/* Indexes r's rules, when they have been read. Linear in their keys. */
void keyindex_build(struct rules *r);

/*
 * Sets *out to the rules that have no `key` clause or one that holds for the key.
 * Takes the length of the comment, and the rules that it finds; *left as for glob_within().
 */
void keyindex_find(
    const struct rules *r, const uint8_t hash[SHA256_SIZE], struct span comment, uint64_t *left, struct rules_set *out);

#endif
