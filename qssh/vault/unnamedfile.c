/* SPDX-License-Identifier: ISC */
#include "vault/unnamedfile.h"
#include "store/statedir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* On the heap for its size. */
static int
unnamedfile_open(struct unnamed **out, const char *home)
{
	char dir[STATEDIR_SIZE];
	int r;

	if (home == NULL || home[0] != '/')
		return -EINVAL;
	statedir_path(dir, home);
	*out = malloc(sizeof(**out));
	if (*out == NULL)
		return -ENOMEM;
	r = unnamed_open(*out, dir);
	if (r != 0)
		free(*out);
	return r;
}

void
unnamedfile_close(struct unnamed *s)
{
	unnamed_close(s);
	free(s);
}

int
unnamedfile_read(struct unnamed **out, const char *home, struct span *rest)
{
	int r = unnamedfile_open(out, home);

	if (r != 0)
		return r;
	r = unnamed_read(*out, rest);
	if (r != 0)
		unnamedfile_close(*out);
	return r;
}

bool
unnamedfile_key(const struct unnamed_entry *untrusted_entry, uint8_t blob[HOSTS_KEY_SIZE], struct sshkey *key)
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
 * Walks one copy of the store, since unnamed_remove() writes over its own: a large file adds more keys than a store
 * ever holds.
 */
void
unnamedfile_forget(const struct ledger *l, const char *home)
{
	struct unnamed *listed, *store;
	struct unnamed_entry e;
	struct span rest;

	if (unnamedfile_open(&store, home) != 0)
		return;
	if (unnamedfile_read(&listed, home, &rest) == 0) {
		while (unnamed_next(&rest, &e)) {
			if (is_added(l, e.key))
				(void)unnamed_remove(store, e.key);
		}
		unnamedfile_close(listed);
	}
	unnamedfile_close(store);
}
