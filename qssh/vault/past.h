/* SPDX-License-Identifier: ISC */
/*
 * A signature that was asked for in the past, as a line of the record has it. Its words are escaped still;
 * past_facts() makes of them what the rules decide about.
 */
#ifndef QSSH_VAULT_PAST_H
#define QSSH_VAULT_PAST_H

#include "base/limits.h"
#include "rules/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What became of it. */
enum past_result {
	PAST_ASKED, /* a person was asked, and said yes, or had said it before */
	PAST_ALLOWED, /* without a question */
	PAST_ASKED_NO, /* asked, and not answered with a yes */
	PAST_DENIED, /* by the rules */
	PAST_OTHER, /* for another reason: no agent, a lock */
};

enum past_word {
	PAST_CLIENT,
	PAST_ARG,
	PAST_KEY,
	PAST_PURPOSE,
	PAST_USER,
	PAST_HOST,
	PAST_NAME,
	PAST_HOSTKEY,
	PAST_FORWARDED,
	PAST_VIA,
	PAST_VIAKEYS
};

#define PAST_WORDS 11u

struct past {
	struct span word[PAST_WORDS]; /* empty: there is none */
	enum past_result result;
	struct span reason, comment; /* of the last one */
	unsigned long count; /* from here on: see pasts.h */
	int64_t last; /* milliseconds since 1970 */
	unsigned uses; /* the most signatures without a question on its connection by then, itself included */
	unsigned rate; /* the same of its client within a minute; no more than RULES' 1000 and one */
};

/* Reads a line, an event=sign: all that it says itself. False: it says too little, or has lost words. */
bool past_of(struct past *p, struct span line);

/* Prints a word of the record for a person: the bytes that it stands for, made inert. */
void past_print(FILE *to, struct span word);

/* Takes the next value off a list with commas, as `via=` is; false after the last. */
bool past_value(struct span *list, struct span *value);

/* `, by way of bastion,gate`, or nothing. */
void past_print_way(FILE *to, const struct past *p);

/* Bytes that past_facts() decodes into. */
struct past_room {
	uint8_t bytes[PAST_WORDS + 1][LIMIT_RECORD_LINE];
	struct names_line name;
	struct names_line hops[LIMIT_BINDS];
};

/* What the rules decide about. 0, or -EINVAL: the record's words do not say it. *f borrows from *room. */
int past_facts(const struct past *p, struct past_room *room, struct facts *f);

#endif
