/*
 * What one rule says of one request, clause by clause. Pure: no I/O, no malloc. The language is qssh-rules(5).
 */
#ifndef QSSH_RULES_MATCH_H
#define QSSH_RULES_MATCH_H

#include "rules/rules.h"

#include <stdbool.h>

/* A condition's truth, the worst first. What is not known holds in a deny rule alone; VOUCHED is YES but for the word that the rule lacks. */
enum match_truth { TRUTH_NO, TRUTH_NOT_KNOWN, TRUTH_LACKS_VOUCHED, TRUTH_YES };

/* One request and the rules that it is put to. */
struct match {
	const struct rules *r;
	const struct facts *f;
	enum host_known host; /* f->host, or what it is taken for */
};

/* CLIENTS or ARGS: one pattern matches the whole of s and no excluding one does. Case matters. */
bool match_list(const struct rules *r, const struct rules_range *list, struct span s);

/* A condition of this truth holds in a rule of this verdict. */
bool match_holds(enum match_truth t, enum verdict verdict);

/* The client, the argument, forwarding and the key: all but the purpose and the host. */
bool match_suits(const struct match *m, const struct rule *rule);

/* What would be signed. */
bool match_purpose(const struct match *m, const struct rule *rule);

/* The rule is for an SSHSIG of a namespace: match(pattern of the rule, ns, false) is names_glob() or names_glob_covers(). */
bool match_namespace(
    const struct match *m, const struct rule *rule, struct span ns, bool (*match)(struct span, struct span, bool));

/* Where a login goes: some T holds, to the degree that the best one does. */
enum match_truth match_to(const struct match *m, const struct rule *rule);

/* A rule that lets through has a pattern for a host, and the host has a name that is hashed, which no pattern sees. */
bool match_hashed(const struct match *m, const struct rule *rule);

/* The host part of one T. */
enum match_truth match_host(const struct match *m, const struct value_to *to);

#endif
