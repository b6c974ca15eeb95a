/*
 * A line that is no rule: agent NAME PATH, asker, notify. Pure: no I/O, no malloc. The language is qssh-rules(5).
 */
#ifndef QSSH_RULES_DIRECTIVE_H
#define QSSH_RULES_DIRECTIVE_H

#include "rules/line.h"

/* The word to be read next is a directive's keyword. */
bool ruledirective_begins(const struct ruleline *l);

/* Reads the directive that begins here into l->r. */
int ruledirective_read(struct ruleline *l);

#endif
