/*
 * What one rule says of one request, clause by clause. Pure: no I/O, no malloc. The language is qssh-rules(5).
 */
#ifndef QSSH_RULES_MATCH_H
#define QSSH_RULES_MATCH_H

#include "rules/rules.h"

#include <stdbool.h>

/* A condition's truth, the worst first. What is not known holds in a deny rule alone; VOUCHED is YES but for the word that the rule lacks. */
enum rulematch_truth { TRUTH_NO, TRUTH_NOT_KNOWN, TRUTH_LACKS_VOUCHED, TRUTH_YES };

/* One request, with what is compared often written out once. */
struct rulematch {
	const struct facts *f;
	enum host_known host; /* begins as f->host */
	char key[64]; /* fingerprints */
	char hostkey[64];
};

/* f must outlive *m. */
void rulematch_open(struct rulematch *m, const struct facts *f);

/* A condition of this truth holds in a rule of this verdict. */
bool rulematch_holds(enum rulematch_truth t, enum verdict verdict);

/* The client, the argument, forwarding and the key: all but the purpose and the host. */
bool rulematch_suits(const struct rulematch *m, const struct rules *r, const struct rule *rule);

/* What would be signed. */
bool rulematch_purpose(const struct rulematch *m, const struct rule *rule);

/* The rule is for an SSHSIG of a namespace: match(pattern of the rule, ns, false) is names_glob() or names_glob_covers(). */
bool rulematch_namespace(const struct rule *rule, struct span ns, bool (*match)(struct span, struct span, bool));

/* Where a login goes: some T holds, to the degree that the best one does. */
enum rulematch_truth rulematch_to(const struct rulematch *m, const struct rule *rule);

/* A rule that lets through has a pattern for a host, and the host has a name that is hashed, which no pattern sees. */
bool rulematch_hashed(const struct rulematch *m, const struct rule *rule);

/* The host part of one T. */
enum rulematch_truth rulematch_host(const struct rulematch *m, const struct rulevalue_to *to);

#endif
