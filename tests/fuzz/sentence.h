/* SPDX-License-Identifier: ISC */
/* What a sentence that a person reads must be, whatever it tells of. */
#ifndef QSSH_SENTENCE_H
#define QSSH_SENTENCE_H

#include "base/limits.h"

#include "fuzz.h"

/*
 * The code points that change how a line is read: controls, bidirectional marks and isolates, separators,
 * invisible ones.
 */
static inline bool
is_inert(uint32_t c)
{
	return c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0) && c != 0xad && c != 0x61c &&
	       !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) &&
	       c != 0xfeff && !(c >= 0xe000 && c <= 0xf8ff) && !(c >= 0x300 && c <= 0x36f) &&
	       !(c >= 0x590 && c <= 0x8ff);
}

/* A strict reading of UTF-8 of its own: the length of the first character, 0 where it is none. */
static inline size_t
character(const uint8_t *p, uint32_t *c)
{
	size_t len = p[0] < 0x80             ? 1
		     : (p[0] & 0xe0) == 0xc0 ? 2
		     : (p[0] & 0xf0) == 0xe0 ? 3
		     : (p[0] & 0xf8) == 0xf0 ? 4
					     : 0;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (len == 0)
		return 0;
	*c = len == 1 ? p[0] : p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3fu);
	}
	return *c >= least[len] && *c <= 0x10ffff && !(*c >= 0xd800 && *c < 0xe000) ? len : 0;
}

/* A sentence that a person reads: whole, one line that nothing in it can disturb, and with the key. */
static inline void
check_sentence(const char *sentence, const char *fingerprint)
{
	const uint8_t *p = (const uint8_t *)sentence;
	uint32_t c = 0;
	size_t len;

	MUST(strlen(sentence) < LIMIT_SENTENCE);
	MUST(strstr(sentence, fingerprint) != NULL);
	for (; *p != '\0'; p += len) {
		len = character(p, &c);
		MUST(len > 0);
		MUST(is_inert(c));
	}
}

#endif
