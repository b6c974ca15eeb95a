/* SPDX-License-Identifier: ISC */
/*
 * The lines of all known_hosts files (hosts.h), and lines to be added to ours, ~/.config/qssh/known_hosts.
 * For `qssh-vault trust`: it holds a lock on that file's directory from open to close.
 */
#ifndef QSSH_VAULT_LEDGER_H
#define QSSH_VAULT_LEDGER_H

#include "store/knownhosts.h"
#include "vault/lineindex.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long the lock is waited for: another `trust` may be asking its question. */
#define LEDGER_LOCK_MS 1000

struct ledger_line {
	struct hosts_line line;
	const char *path; /* of its file */
};

struct ledger {
	int dir; /* of our file, locked */
	char paths[HOSTS_FILES][HOSTS_PATH]; /* ours is the first */
	uint8_t *texts[HOSTS_FILES];
	size_t lens[HOSTS_FILES];
	size_t bytes; /* of all, additions included */
	struct ledger_line *lines; /* additions come last */
	size_t n, size;
	size_t added; /* so many of the lines */
	struct lineindex index; /* of the lines, by their numbers */
};

/*
 * Makes the directory (0700) if need be, locks it, reads the files.
 * 0; -EBUSY: the lock was not to be had; -E2BIG; -errno.
 */
int ledger_open(struct ledger **out, const char *home);
void ledger_close(struct ledger *l);

/* The plain key that a line holds, under its own type; false: it holds none. */
bool ledger_key(const struct hosts_line *line, uint8_t blob[HOSTS_KEY_SIZE], struct sshkey *key);

/*
 * The lines give each of line's names to line's key already; a line for an authority or a revoked key is there as
 * it stands.
 * Of a line without a mark the field is names (hostport.h) separated by commas, or one hash.
 * A name that is there only hashed is not there: rules' patterns see readable names alone.
 */
bool ledger_has(const struct ledger *l, const struct hosts_line *line);

/*
 * A line that gives one of the names of line, which has no mark, to another key of the same type; NULL: none.
 * Two hashed names are the same only if they are the same text.
 */
const struct ledger_line *ledger_other(const struct ledger *l, const struct hosts_line *line);

/*
 * Adds a line, whose bytes must outlive *l.
 * 0, -ENOMEM, or -E2BIG: the filter would not read so much.
 * Then *l takes no more.
 */
int ledger_add(struct ledger *l, const struct hosts_line *line);

/*
 * Replaces our file by one with the additions (0600), whole or not at all.
 * 0; -ELOOP: it is not a regular file; -errno.
 */
int ledger_store(const struct ledger *l);

#endif
