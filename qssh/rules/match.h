/* SPDX-License-Identifier: ISC */
/*
 * What one rule says of one request, clause by clause. Pure: no I/O, no malloc. The language is qssh-rules(5).
 */
#ifndef QSSH_RULES_MATCH_H
#define QSSH_RULES_MATCH_H

#include "rules/rules.h"

#include <stdbool.h>

/*
 * A condition's truth, the worst first.
 * What is not known holds in a deny rule alone; VOUCHED is YES but for the word that the rule lacks.
 */
enum match_truth { TRUTH_NO, TRUTH_NOT_KNOWN, TRUTH_LACKS_VOUCHED, TRUTH_YES };

/* One request and the rules that it is put to. */
struct match {
	const struct rules *r;
	const struct facts *f;
	enum host_known host; /* f->host, or what it is taken for */
	uint64_t host_work; /* of comparing one T with the host's names */
	uint64_t hop_work[LIMIT_BINDS]; /* the same of each hop */
	uint64_t left; /* steps; 0: what was said since may be wrong, and the request is to be refused */
};

/* r and f must outlive *m. */
void match_open(struct match *m, const struct rules *r, const struct facts *f);

/* CLIENTS or ARGS: one pattern matches the whole of s and no excluding one does. Case matters. */
bool match_list(const struct rules *r, const struct rules_range *list, struct span s);

/* A condition of this truth holds in a rule of this verdict. */
bool match_holds(enum match_truth t, enum verdict verdict);

/* The client, the argument, forwarding and the way: what is the same for all keys. */
bool match_caller(struct match *m, const struct rule *rule);

/* The requested key, or its comment. */
bool match_key(struct match *m, const struct rule *rule);

/* Both: all but the purpose and the host. */
bool match_suits(struct match *m, const struct rule *rule);

/* What would be signed. */
bool match_purpose(struct match *m, const struct rule *rule);

/* The rule is for an SSHSIG of every namespace that the pattern ns matches. Where it says no, that may still be so. */
bool match_namespace_covered(const struct rules *r, const struct rule *rule, struct span ns);

/* Where a login goes: some T holds, to the degree that the best one does. */
enum match_truth match_to(struct match *m, const struct rule *rule);

/*
 * A rule that lets through has a pattern for a host: so it may miss a host whose name is hashed (names_hashed()),
 * which no pattern sees.
 */
bool match_hashed(struct match *m, const struct rule *rule);

/*
 * The way of what was forwarded. A rule that lets through wants each hop named by some H: the first is what the
 * client's own qube says, and each further one what the hop before it says, so that a hop that no H names could have
 * made up those behind it. To a deny one hop is enough, since those behind it may be made up.
 */
enum match_truth match_via(struct match *m, const struct rule *rule);

/* The host part of one T. */
enum match_truth match_host(struct match *m, const struct value_to *to);

#endif
