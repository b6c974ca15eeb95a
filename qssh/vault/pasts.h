/* SPDX-License-Identifier: ISC */
/*
 * The signatures that were asked for in the past, as the record has them: equal ones become one, with how often it
 * was, when last, and what limits they kept within.
 */
#ifndef QSSH_VAULT_PASTS_H
#define QSSH_VAULT_PASTS_H

#include "vault/entries.h"
#include "vault/past.h"

struct pasts {
	struct past *all;
	size_t count;
	size_t *slots; /* a hash table over all: an index + 1, or 0 */
	size_t slots_count;
	unsigned long unusable; /* lines that do not say enough */
};

/* Reads e, sorted by time. client: only its requests, or NULL; since: milliseconds. Borrows from e. */
void pasts_read(struct pasts *p, const struct entries *e, const char *client, int64_t since);
void pasts_free(struct pasts *p);

/* The same request with that result, or NULL. */
const struct past *pasts_find(const struct pasts *p, const struct past *like, enum past_result result);

#endif
