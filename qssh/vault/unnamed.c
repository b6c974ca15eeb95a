/* SPDX-License-Identifier: ISC */
#include "vault/unnamed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* On the heap for its size. */
static int
unnamed_open(struct seen **out, const char *home)
{
	char dir[HOSTS_PATH];
	int r;

	if (home == NULL || home[0] != '/')
		return -EINVAL;
	if (snprintf(dir, sizeof(dir), "%s/.local/state/qssh", home) >= (int)sizeof(dir))
		return -ENAMETOOLONG;
	*out = malloc(sizeof(**out));
	if (*out == NULL)
		return -ENOMEM;
	r = seen_open(*out, dir);
	if (r != 0)
		free(*out);
	return r;
}

void
unnamed_close(struct seen *s)
{
	seen_close(s);
	free(s);
}

int
unnamed_read(struct seen **out, const char *home, struct span *rest)
{
	int r = unnamed_open(out, home);

	if (r != 0)
		return r;
	r = seen_read(*out, rest);
	if (r != 0)
		unnamed_close(*out);
	return r;
}

bool
unnamed_key(const struct seen_entry *untrusted_entry, uint8_t blob[HOSTS_KEY_SIZE], struct agentmsg_key *key)
{
	struct hosts_line line = { .type = untrusted_entry->type, .key = untrusted_entry->key };

	return ledger_key(&line, blob, key);
}

static bool
is_added(const struct ledger *l, struct span key)
{
	for (size_t i = l->n - l->added; i < l->n; i++) {
		if (span_eq(l->lines[i].line.key, key))
			return true;
	}
	return false;
}

/*
 * Walks one copy of the store, since seen_remove() writes over its own: a large file adds more keys than a store
 * ever holds.
 */
void
unnamed_forget(const struct ledger *l, const char *home)
{
	struct seen *listed, *store;
	struct seen_entry e;
	struct span rest;

	if (unnamed_open(&store, home) != 0)
		return;
	if (unnamed_read(&listed, home, &rest) == 0) {
		while (seen_next(&rest, &e)) {
			if (is_added(l, e.key))
				(void)seen_remove(store, e.key);
		}
		unnamed_close(listed);
	}
	unnamed_close(store);
}
