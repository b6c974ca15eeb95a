/*
 * The values that a rule's clauses take, one word each: read, and matched against what is known. The language is qssh-rules(5). Pure: no
 * I/O, no malloc; what a value borrows lives as long as its word. raw: as the rule has it, words and quotes.
 *
 * A function that reads gives 0, or -EINVAL with *why saying what is wrong with the word.
 */
#ifndef QSSH_RULES_VALUE_H
#define QSSH_RULES_VALUE_H

#include "base/wire.h"
#include "rules/words.h"
#include "ssh/agentmsg.h"

#include <stdbool.h>
#include <stdint.h>

/* `any` where a count is wanted. */
#define RULEVALUE_ANY UINT32_MAX

/* For reading other values: sets *why to reason. -EINVAL. */
int rulevalue_fail(const char **why, const char *reason);

/* CLIENTS and ARGS, one word: patterns parted by commas; !PATTERN excludes. The empty word is the one empty pattern. */
int rulevalue_list(struct span raw, const char **why);

/* One pattern matches the whole of s and no excluding one does. Case matters. */
bool rulevalue_list_matches(struct span raw, struct span s);

/* Whatever inner matches, outer matches too. Where it says no, that may still be so. */
bool rulevalue_list_covers(struct span outer, struct span inner);

/* The patterns of a list, one after the other. */
struct rulevalue_list {
	struct words words;
	struct span left;
	bool more;
};

void rulevalue_list_open(struct rulevalue_list *l, struct span raw);
bool rulevalue_list_next(struct rulevalue_list *l, struct span *pattern, bool *excluded);

enum rulevalue_key { RULEVALUE_COMMENT, RULEVALUE_HASH, RULEVALUE_FILE };

/* What kind of K the word is, by how it begins. */
enum rulevalue_key rulevalue_key(struct span word);

/* "SHA256:" and 43 characters of canonical base64, as ssh-keygen prints a fingerprint. */
int rulevalue_fingerprint(struct span word, const char **why);

enum rulevalue_host {
	RULEVALUE_LITERAL,
	RULEVALUE_PATTERN, /* has * or ? */
	RULEVALUE_NAMED, /* `*`: any named host */
	RULEVALUE_HOSTKEY, /* SHA256:…; host is the whole of it */
	RULEVALUE_UNNAMED, /* @unnamed */
	RULEVALUE_UNKNOWN, /* @unknown */
};

/* T, where a login goes: [USERPATTERN@]HOST, split at the last @. */
struct rulevalue_to {
	struct span user; /* a pattern; `*` where none is written */
	enum rulevalue_host form;
	struct span host; /* literal or pattern, without brackets and port */
	uint16_t port; /* 22 where none is written */
};

/* quoted: the word stood in quotes, so that it is none of the two words. */
int rulevalue_to(struct span word, bool quoted, struct rulevalue_to *out, const char **why);

/* The next T of a rule's `to`, on which values was opened. */
bool rulevalue_to_next(struct words *values, struct rulevalue_to *out);

/*
 * Whichever named host inner names, outer names too; users aside. A pattern does not cover a name in full, which may be hashed in known_hosts.
 * False for @unnamed and @unknown. Where it says no, that may still be so.
 */
bool rulevalue_to_covers(const struct rulevalue_to *outer, const struct rulevalue_to *inner);

/* `any` where a purpose is wanted: bits 1u << enum purpose. */
#define RULEVALUE_ANY_PURPOSE \
	(1u << PURPOSE_OPAQUE | 1u << PURPOSE_LOGIN | 1u << PURPOSE_SSHSIG | 1u << PURPOSE_CERTIFICATE | \
	    1u << PURPOSE_PAM)

/* P, what a signature is for: a set of bits 1u << enum purpose, and where that can't say it, a pattern for the namespace of an SSHSIG. */
struct rulevalue_purpose {
	unsigned purposes; /* the bit of SSHSIG: every namespace */
	struct span ns; /* not empty: SSHSIG of a namespace like this */
};

int rulevalue_purpose(struct span word, bool quoted, struct rulevalue_purpose *out, const char **why);

/* The next pattern for the namespace of an SSHSIG in a rule's `for`, on which values was opened. */
bool rulevalue_namespace_next(struct words *values, struct span *ns);

/* N: 1 to 1000, or `any`. */
int rulevalue_count(struct span word, bool quoted, uint32_t *out, const char **why);

/* D: 1 to 99999 and s, m or h; in seconds. */
int rulevalue_duration(struct span word, uint32_t *seconds, const char **why);

/* N/D. */
int rulevalue_rate(struct span word, bool quoted, uint32_t *count, uint32_t *seconds, const char **why);

#endif
