/* SPDX-License-Identifier: ISC */
/*
 * What is odd about rules that parse: for those who write them. Pure: no I/O, no malloc.
 *
 * Nothing that is found is certain to be a mistake, and not every mistake is found.
 */
#ifndef QSSH_RULES_CHECK_H
#define QSSH_RULES_CHECK_H

#include "base/text.h"
#include "rules/rules.h"

#include <stddef.h>

enum rulecheck_kind {
	RULECHECK_NOBODY, /* a list that only excludes */
	RULECHECK_DENY_TO, /* a deny of some hosts, while a later rule, other, lets logins through */
	RULECHECK_ORDER, /* a deny of hosts above a rule, other, with `vouched`, which it makes useless */
	RULECHECK_VOUCHED, /* `vouched` changes nothing: there is no `to` with a named host, or it is a deny */
	RULECHECK_PURPOSE, /* a purpose that `to` never matches */
	RULECHECK_REMEMBER, /* no answer to this can be remembered */
	RULECHECK_ASKER, /* an ask rule, and `asker none` */
	RULECHECK_FORGE, /* a public git server that does not bind logins to its key, in `to` without `vouched` */
	RULECHECK_NOTHING, /* no rule allows or asks */
};

struct rulecheck_finding {
	unsigned line;
	enum rulecheck_kind kind;
	unsigned other; /* the other rule's line; 0: none */
};

/* Fills out with what there is, by line, up to max findings. How many there are in all. */
size_t rulecheck(const struct rules *r, struct rulecheck_finding *out, size_t max);

/* The line of the first rule that lets logins through to a pattern of hosts; 0: none. */
unsigned rulecheck_pattern(const struct rules *r);

/* The finding in words, without its line. */
void rulecheck_describe(struct text *t, const struct rulecheck_finding *f);

#endif
