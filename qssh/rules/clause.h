/*
 * The clauses of a rule: arg, key, to, for, forwarded, vouched, remember, uses, rate, timeout, quiet, nickname; which rules may have them, and
 * what each takes. Pure: no I/O, no malloc. The language is qssh-rules(5).
 */
#ifndef QSSH_RULES_CLAUSE_H
#define QSSH_RULES_CLAUSE_H

#include "rules/line.h"

/* The word to be read next is a clause's keyword. */
bool ruleclause_begins(const struct ruleline *l);

/* Reads the clause that should begin here, all its values with it, into rule, whose verdict is set. */
int ruleclause_read(struct ruleline *l, struct rule *rule);

#endif
