/* SPDX-License-Identifier: ISC */
/*
 * What a line of the record says, word by word: ` key=value`, each value escaped (recordline.h reads them again).
 * Pure: no I/O, no malloc. What another qube chose has room of its own, and is marked where it was cut.
 */
#ifndef QSSH_STORE_RECORDWORDS_H
#define QSSH_STORE_RECORDWORDS_H

#include "base/text.h"
#include "rules/rules.h"

/* Our own words, in characters; a longer text ends between two of them. */
#define RECORDWORDS_OURS_MAX 240u

/* Adds words of our own, of which only the spaces are escaped. */
void recordwords_ours(struct text *t, const char *key, const char *value);

/* Adds who asks, and by which argument. */
void recordwords_client(struct text *t, struct span untrusted_client, struct span untrusted_arg);

/* Adds the key, what is to be signed, for which host and over which way; nothing before the key is known. */
void recordwords_facts(struct text *t, const struct facts *f);

/* Adds the verdict and the rule that made it, and whether a person was asked. */
void recordwords_decision(struct text *t, const struct decision *d);

#endif
