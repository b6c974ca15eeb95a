/* SPDX-License-Identifier: ISC */
/*
 * One line of the rules file as words: separated by spaces and tabs, a # that starts a word comments the rest, "…" is
 * one word in which \" and \\ are the only escapes.
 * Pure: no I/O, no malloc.
 */
#ifndef QSSH_RULES_WORDS_H
#define QSSH_RULES_WORDS_H

#include "base/limits.h"
#include "base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct word {
	struct span text; /* what it means; valid until the next word is read */
	struct span raw; /* as it stands in the line, quotes included */
	size_t column; /* from 1, in bytes */
	bool quoted; /* so it is not a keyword */
	bool escaped; /* text is not part of the line */
};

struct words {
	struct span line;
	size_t at;
	const char *bad; /* why reading stopped; NULL: it did not */
	uint8_t unescaped[LIMIT_RULES_LINE];
};

/*
 * Begins to read line: at most LIMIT_RULES_LINE bytes, without its LF. Part of a line that was cut between words
 * reads as it did before.
 */
void words_open(struct words *w, struct span line);

/*
 * The next word.
 * False at the end of the line, and for good at an error: w->bad says why. out->column is set in each case.
 */
bool words_next(struct words *w, struct word *out);

#endif
