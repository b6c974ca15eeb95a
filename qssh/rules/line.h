/*
 * A line of the rules file while it is read: its words one after the other, and where and why it is wrong. Pure: no I/O, no malloc. The
 * language is qssh-rules(5).
 *
 * What reads a part of the line begins at that part's first word and ends at the word behind it. It gives 0, or -EINVAL with *error filled.
 */
#ifndef QSSH_RULES_LINE_H
#define QSSH_RULES_LINE_H

#include "rules/rules.h"
#include "rules/words.h"

#include <stdbool.h>
#include <stddef.h>

struct ruleline {
	struct rules *r; /* what the line adds to */
	const struct rules_keyfile *keyfile; /* NULL: no key file can be named */
	struct rules_error *error;
	unsigned number; /* from 1 */
	struct words words;
	struct word word; /* the one to be read next */
	bool more; /* there is one */
};

/* Begins to read text, a line without its LF: UTF-8 of at most LIMIT_RULES_LINE bytes, without control characters but the tab. */
int ruleline_open(struct ruleline *l, struct span text);

/* Goes on to the next word. */
int ruleline_next(struct ruleline *l);

/* Goes past the last word. */
int ruleline_end(struct ruleline *l);

/* The word to be read next is this keyword. */
bool ruleline_at(const struct ruleline *l, const char *keyword);

/* The word to be read next is wrong, or the byte in this column, from 1. -EINVAL. */
int ruleline_fail(struct ruleline *l, const char *reason);
int ruleline_fail_at(struct ruleline *l, size_t column, const char *reason);

#endif
