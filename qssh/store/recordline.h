/* SPDX-License-Identifier: ISC */
/*
 * One line of the record, key=value words (record.h), read again.
 * The words are escaped (text_word()), and stay so until they are decoded: then they are untrusted bytes.
 * Pure: no I/O, no malloc.
 */
#ifndef QSSH_STORE_RECORDLINE_H
#define QSSH_STORE_RECORDLINE_H

#include "base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Takes the next word off a line: key and value, still escaped.
 * A word without '=' has an empty key.
 * False at the end.
 */
bool recordline_next(struct span *line, struct span *key, struct span *value);

/* The first value of key; false for none. */
bool recordline_get(struct span line, const char *key, struct span *value);

/* key is in the line, and its first value is want. */
bool recordline_is(struct span line, const char *key, const char *want);

/* The bytes that an escaped word stands for, "-" being none. out has room for word.len bytes. Their number. */
size_t recordline_decode(struct span word, uint8_t *untrusted_out);

#endif
