/* SPDX-License-Identifier: ISC */
/*
 * The keys that are shown to a client: what the rules say of all keys is found once for a LIST, and then each key
 * is looked at.
 * Pure: no I/O, no malloc.
 * The language is qssh-rules(5).
 */
#ifndef QSSH_RULES_LISTING_H
#define QSSH_RULES_LISTING_H

#include "rules/match.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some 100 KiB, of which only what the rules fill is touched. */
struct rules_list {
	struct match match;
	unsigned looks; /* at denies, for the present key */
	size_t deny_count;
	struct rules_set live; /* rules that may match: only the key is not known yet */
	uint16_t deny[LIMIT_RULES_LINES]; /* of them the denies that match the present key, so far */
	uint8_t host[LIMIT_RULES_VALUES]; /* enum match_truth of each T of the live rules */
};

/*
 * Begins a list.
 * Of f: client, arg, forwarded, hops; host as bound: PROVEN with names and host_hash (VOUCHED is taken for it: the
 * method is not known yet), UNNAMED with host_hash, or UNKNOWN for any host. r and f must outlive *l.
 * Linear in the rules, and in the names of the host for each T.
 */
void rules_list_open(struct rules_list *l, const struct rules *r, const struct facts *f);

/* The same as if no host were bound. */
void rules_list_open_anywhere(struct rules_list *l, const struct rules *r, const struct facts *f);

/*
 * The key in f (key_hash, comment) is listed, as rules_lists() says.
 * Takes the rules that match the key, not the others.
 */
bool rules_list_has(struct rules_list *l);

/*
 * Of a list that was just opened: some key could be listed. A deny that may match only some keys, users or purposes
 * hides none here.
 */
bool rules_list_any(const struct rules_list *l);

/* It took too long: what was said may be wrong, and the LIST is to be refused (RULES_TOO_MUCH). */
bool rules_list_failed(const struct rules_list *l);

#endif
