/* SPDX-License-Identifier: ISC */
/* The words of one question: what a dialog or a notification shows. Every part of it is escaped before it comes here,
 * or our own. */
#ifndef QSSH_ASK_PROMPT_H
#define QSSH_ASK_PROMPT_H

#include "ask/asker.h"

struct prompt {
	bool careful; /* a careless yes could cost something: no single key is to give it */
	char title[640]; /* one line, without anything of another qube's that a toolkit could take for markup */
	char body[WORDING_LINES + ASKMSG_COST + 64]; /* lines: what it could cost, and the facts */
	char yes[256]; /* what a dialog's yes means; of a careful one, how to give it */
};

/* others: more requests that the answer is for. remember: a yes holds for a while. */
void prompt_of(struct prompt *p, const struct asker *a, const struct askmsg *m, unsigned others, bool remember);

/* Breaks lines at spaces, in place, so that none is wider than PROMPT_WIDTH where it can be: not every dialog does. */
#define PROMPT_WIDTH 68u
void prompt_wrap(char *words);

#endif
