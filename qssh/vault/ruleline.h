/* SPDX-License-Identifier: ISC */
/* The rule that names just one request of the record, as exactly as the language can, and the words for it. */
#ifndef QSSH_VAULT_RULELINE_H
#define QSSH_VAULT_RULELINE_H

#include "base/text.h"
#include "vault/past.h"

#include <stdbool.h>
#include <stdio.h>

/* What a rule's `to` or `for` can be about, the most exact first. */
enum ruleline_class { LOGIN_PROVEN, LOGIN_VOUCHED, OTHER, LOGIN_UNNAMED, LOGIN_UNKNOWN };

enum ruleline_class ruleline_class(const struct past *p);

/* What an allow must say of its limits, which are 1 and 20 without; 0: nothing. */
unsigned ruleline_uses(const struct past *p);
unsigned ruleline_rate(const struct past *p);

/* Adds the value that `to` or `for` has for this request. False: the language has no exact word for it. */
bool ruleline_target(struct text *t, const struct past *p);

/*
 * Adds the clause with the hosts by way of which it came, or nothing. False: the language has no exact word for one.
 */
#define RULELINE_WAY (2u * LIMIT_RECORD_LINE)
bool ruleline_way(struct text *t, const struct past *p);

/* Prints the whole rule: an allow where p was allowed, else an ask. values: each after a space. */
void ruleline_print(FILE *to, const struct past *p, const char *values);

/* Prints what the request was, for a person: `login as remote to host`. */
void ruleline_request(FILE *to, const struct past *p);

#endif
