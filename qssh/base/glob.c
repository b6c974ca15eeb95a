/* SPDX-License-Identifier: ISC */
#include "base/glob.h"

uint8_t
glob_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

/* What may stand for one byte: in covering, the * of the inner pattern is more than that. */
enum glob { GLOB_MATCH, GLOB_COVER };

static bool
byte_matches(uint8_t pattern, uint8_t c, bool fold, enum glob how)
{
	if (pattern == '?')
		return how == GLOB_MATCH || c != '*';
	return pattern == c || (fold && glob_lower(pattern) == glob_lower(c));
}

static bool
glob_run(struct span pattern, struct span s, bool fold, enum glob how, uint64_t *left)
{
	size_t p = 0, i = 0;
	size_t star = SIZE_MAX, tried = 0; /* the last * and where in s its try began */

	/* Only the last * is ever tried again: whatever an earlier one took, a later one can take the rest. */
	while (i < s.len) {
		if (*left == 0)
			return false;
		--*left;
		if (p < pattern.len && pattern.p[p] == '*') {
			star = p++;
			tried = i;
		} else if (p < pattern.len && byte_matches(pattern.p[p], s.p[i], fold, how)) {
			p++;
			i++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			i = ++tried;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.p[p] == '*')
		p++;
	return p == pattern.len;
}

bool
glob_match(struct span pattern, struct span s, bool fold)
{
	uint64_t left = UINT64_MAX;

	return glob_run(pattern, s, fold, GLOB_MATCH, &left);
}

bool
glob_within(struct span pattern, struct span s, uint64_t *left)
{
	return glob_run(pattern, s, false, GLOB_MATCH, left);
}

bool
glob_covers(struct span outer, struct span inner, bool fold)
{
	uint64_t left = UINT64_MAX;

	return glob_run(outer, inner, fold, GLOB_COVER, &left);
}
