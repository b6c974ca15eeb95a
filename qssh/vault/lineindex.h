/* SPDX-License-Identifier: ISC */
/*
 * Where known_hosts lines stand that can bear on a name or a key, so that a new line need not be compared with
 * all.
 * It finds every line that matters and may find others: whoever looks compares.
 * Lines are numbers, and are found in the order in which they were added.
 */
#ifndef QSSH_VAULT_LINEINDEX_H
#define QSSH_VAULT_LINEINDEX_H

#include "store/knownhosts.h"

#include <stddef.h>

enum lineindex_kind {
	LINEINDEX_MARKED, /* lines with a mark: by type, key and name, which is the whole field */
	LINEINDEX_NAME, /* others: by type and one whole name, in any case; for a hashed one, the field */
	LINEINDEX_OPEN, /* those with a whole name that can be read: by type, and by type and key */
	LINEINDEX_HIDDEN, /* with a hash, wildcard or negation, which no name finds: by type, and type and key */
};

/* What a line is looked up by; what a kind has no use for is empty. */
struct lineindex_key {
	enum lineindex_kind kind;
	struct span type, key, name;
};

/* Empty: all zero. */
struct lineindex {
	void *tree; /* tsearch(3)'s */
	struct lineindex_group *groups; /* all that are in the tree: each the lines that one key finds */
};

struct lineindex_lines {
	const size_t *at;
	size_t n;
};

/*
 * Adds line, whose number is at and whose bytes outlive the index.
 * 0 or -ENOMEM: the index is then good for lineindex_free() alone.
 */
int lineindex_add(struct lineindex *x, const struct hosts_line *line, size_t at);

/* Valid until the next lineindex_add(). Takes as long as the logarithm of the number of lines. */
struct lineindex_lines lineindex_find(const struct lineindex *x, const struct lineindex_key *key);

void lineindex_free(struct lineindex *x);

#endif
