/* SPDX-License-Identifier: ISC */
/*
 * The record's lines, in order. Within a connection that is the order in which they were written, whatever
 * the clock did; between connections that of their times. Lines of a version that gave them no connection come
 * by their times alone.
 */
#ifndef QSSH_VAULT_ENTRIES_H
#define QSSH_VAULT_ENTRIES_H

#include "base/wire.h"
#include "store/blocks.h"
#include "vault/damage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Lines of one connection that are further apart than this do not belong together. */
#define ENTRIES_APART_MS (120 * 1000)

struct entry {
	struct span line;
	struct span conn; /* empty: not known */
	unsigned long seq;
	int64_t time; /* milliseconds since 1970; no less than that of an earlier line of the connection */
	int64_t block; /* the time of the first of those that belong together */
	size_t number; /* as they were read */
};

/* A file that was read, up to some place. */
struct entries_file {
	dev_t dev;
	ino_t ino;
	off_t at;
	char time[DAMAGE_TIME]; /* of its last line */
};

struct entries {
	struct entry *all;
	size_t count, room;
	struct entries_file *files;
	size_t files_count;
	struct blocks texts; /* what the lines point into */
	bool again; /* read before: what is wrong with files was told */
};

/* So many bytes that lines may point into until entries_clear(), and a NUL behind them. Never NULL. */
uint8_t *entries_keep(struct entries *e, size_t len);

/* Takes a line of the record, whose bytes stay, with what ends it, until entries_clear(). */
void entries_add(struct entries *e, struct span line);

/* None any more. */
void entries_clear(struct entries *e);

/* Sorts by time; or so that what belongs together stands together. */
void entries_sort(struct entries *e, bool together);

void entries_free(struct entries *e);

/*
 * What a signature's line is called, `3f9c12.2`: the first digits of its connection and the line's place in it. So it
 * stays what it is while the record grows. Empty for other lines, and for those of a version without connections.
 */
#define ENTRIES_NAME 32u
void entries_name(const struct entry *e, char name[ENTRIES_NAME]);

/*
 * The line so called, with six digits or more, up to all twelve, of this client (NULL: any).
 * *count: how many are; the last of them, or NULL.
 */
const struct entry *entries_find(const struct entries *e, const char *name, const char *client, size_t *count);

/* a is followed by b, both of one connection. */
bool entries_follow(const struct entry *a, const struct entry *b);

#endif
