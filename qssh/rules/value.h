/* SPDX-License-Identifier: ISC */
/*
 * The values that a rule's clauses take, one word each: what they mean.
 * The language is qssh-rules(5).
 * Pure: no I/O, no malloc; what a value borrows lives as long as its word.
 *
 * A function that reads gives 0, or -EINVAL with *why saying what is wrong with the word. quoted: the word stood
 * in quotes, so that it is not a keyword.
 */
#ifndef QSSH_RULES_VALUE_H
#define QSSH_RULES_VALUE_H

#include "base/sha256.h"
#include "base/wire.h"
#include "ssh/signdata.h"

#include <stdbool.h>
#include <stdint.h>

/* `any` where a count is wanted. */
#define VALUE_ANY UINT32_MAX

/* For reading other values: sets *why to reason. -EINVAL. */
int value_fail(const char **why, const char *reason);

/* "SHA256:" and 43 characters of canonical base64, as ssh-keygen prints a fingerprint. */
int value_fingerprint(struct span word, uint8_t hash[SHA256_SIZE], const char **why);

enum value_host {
	VALUE_LITERAL,
	VALUE_PATTERN, /* has * or ? */
	VALUE_NAMED, /* `*`: any named host */
	VALUE_HOSTKEY, /* SHA256:… */
	VALUE_UNNAMED, /* @unnamed */
	VALUE_UNKNOWN, /* @unknown */
};

/* T, where a login goes: [USERPATTERN@]HOST, split at the last @. */
struct value_to {
	enum value_host form;
	uint16_t port; /* 22 where none is written */
	struct span user; /* a pattern; `*` where none is written */
	struct span host; /* literal or pattern, without brackets and port */
	uint8_t hash[SHA256_SIZE]; /* of a host key */
};

int value_to(struct span word, bool quoted, struct value_to *out, const char **why);

/* H, a host on the way: HOST alone, as T has it. @unnamed and @unknown are none: `via` is for hosts that are known. */
int value_via(struct span word, struct value_to *out, const char **why);

/* `any` where a purpose is wanted: bits 1u << enum purpose. */
#define VALUE_ANY_PURPOSE \
	(1u << PURPOSE_OPAQUE | 1u << PURPOSE_LOGIN | 1u << PURPOSE_SSHSIG | 1u << PURPOSE_CERTIFICATE | \
	    1u << PURPOSE_PAM)

/*
 * P, what a signature is for: a set of bits 1u << enum purpose, and where that can't say it, a pattern for the
 * namespace of an SSHSIG.
 */
struct value_purpose {
	unsigned purposes; /* the bit of SSHSIG: every namespace */
	struct span ns; /* not empty: SSHSIG of a namespace like this */
};

int value_purpose(struct span word, bool quoted, struct value_purpose *out, const char **why);

/* N: 1 to 1000, or `any`. */
int value_count(struct span word, bool quoted, uint32_t *out, const char **why);

/* D: 1 to 99999 and s, m or h; in seconds. */
int value_duration(struct span word, uint32_t *seconds, const char **why);

/* N/D. */
int value_rate(struct span word, bool quoted, uint32_t *count, uint32_t *seconds, const char **why);

#endif
