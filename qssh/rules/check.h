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

enum check_kind {
	CHECK_NOBODY, /* a list that only excludes */
	CHECK_DENY_TO, /* a deny of some hosts, while a later rule, other, lets logins through */
	CHECK_ORDER, /* a deny of hosts above a rule, other, with `vouched`, which it makes useless */
	CHECK_VOUCHED, /* `vouched` changes nothing: there is no `to` with a named host, or it is a deny */
	CHECK_VIA, /* `via` and `forwarded no` */
	CHECK_PURPOSE, /* a purpose that `to` never matches */
	CHECK_REMEMBER, /* no answer to this can be remembered */
	CHECK_ASKER, /* an ask rule, and `asker none` */
	CHECK_FORGE, /* a public git server that does not bind logins to its key, in `to` without `vouched` */
	CHECK_NOTHING, /* no rule allows or asks */
};

struct check_finding {
	unsigned line;
	enum check_kind kind;
	unsigned other; /* the other rule's line; 0: none */
};

/* Fills out with what there is, by line, up to max findings. How many there are in all. */
size_t check_rules(const struct rules *r, struct check_finding *out, size_t max);

/* The line of the first rule that lets through to, or by way of, a pattern of hosts; 0: none. */
unsigned check_pattern(const struct rules *r);

/* The finding in words, without its line. */
void check_describe(struct text *t, const struct check_finding *f);

#endif
