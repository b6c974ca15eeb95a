/* SPDX-License-Identifier: ISC */
/*
 * Bounded text, and the one place that escapes.
 * Pure: no I/O, no malloc.
 *
 * Everything that a person reads, and every line of the record, is built with these calls.
 * What is trusted goes in by text_add(), what another qube or an agent sent by text_untrusted() or text_word(),
 * and nothing else.
 * The result is always NUL-terminated valid UTF-8.
 */
#ifndef QSSH_BASE_TEXT_H
#define QSSH_BASE_TEXT_H

#include "base/wire.h"

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *buf;
	size_t size;
	size_t len;
	bool cut; /* something did not fit; what is there ends at a whole character */
};

/* Begins an empty text in buf; size counts the NUL and is at least 1. */
void text_open(struct text *t, char *buf, size_t size);

/* Our own words. */
void text_add(struct text *t, const char *trusted);

/* A number of ours, in decimal. */
void text_number(struct text *t, unsigned long long n);

/* The same, with leading zeroes up to least digits, of which there are 24 at most. */
void text_digits(struct text *t, unsigned long long n, unsigned least);

/*
 * Untrusted bytes for a person: ASCII 0x20 to 0x7e stands for itself but for backslash, which is doubled; letters
 * of Latin, Greek, Cyrillic, kana, Han and Hangul (no combining, bidirectional, invisible or private ones) stand
 * for themselves; any other code point becomes \u{HEX}, any byte that is not valid UTF-8 becomes \xHH. At most max
 * characters are shown (an escape counts as one), then "…".
 */
void text_untrusted(struct text *t, struct span untrusted, size_t max);

/*
 * Every character stands for itself by text_untrusted(), or is a backslash: nothing that moves a cursor, ends a
 * line, hides or turns what stands beside it.
 */
bool text_is_plain(struct span untrusted);

/* As text_untrusted(), between double quotes, with an inner double quote as \". */
void text_quoted(struct text *t, struct span untrusted, size_t max);

/* The largest room of text_name(), bytes. */
#define TEXT_NAME_ROOM 128u

/*
 * An untrusted name in a sentence: bare where it is made of letters, digits and ._-:[] alone, else quoted.
 * At most room bytes with its quotes and the mark of a cut, and LIMIT_SHOWN_NAME characters.
 */
void text_name(struct text *t, struct span untrusted, size_t room);

/* The same, quoted in any case. */
void text_name_quoted(struct text *t, struct span untrusted, size_t room);

/*
 * Untrusted bytes as one word of a record: text_untrusted()'s escapes, everything beyond ASCII escaped too, and
 * also SP as \x20, '=' as \x3d and '"' as \x22, so that a line of key=value words splits at spaces and at the
 * first '='.
 * The empty span becomes "-", a word that is just "-" becomes \x2d.
 */
void text_word(struct text *t, struct span untrusted, size_t max);

/* "SHA256:" and the hash in base64 without padding, as OpenSSH prints a fingerprint. */
void text_fingerprint(struct text *t, const uint8_t hash[32]);

/* The text so far. Valid as long as the buffer. */
const char *text_str(const struct text *t);

#endif
