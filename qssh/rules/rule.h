/*
 * One rule, read from its line: allow, ask or deny, whom, and the clauses; and what holds where they say nothing. Pure: no I/O, no malloc. The
 * language is qssh-rules(5).
 */
#ifndef QSSH_RULES_RULE_H
#define QSSH_RULES_RULE_H

#include "rules/line.h"

/* The word to be read next is a verdict. */
bool rule_begins(const struct ruleline *l);

/* Reads the rule that begins here, to the end of the line, into l->r. */
int rule_read(struct ruleline *l);

#endif
