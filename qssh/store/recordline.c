/* SPDX-License-Identifier: ISC */
#include "store/recordline.h"

#include <string.h>

bool
recordline_next(struct span *line, struct span *key, struct span *value)
{
	const uint8_t *end, *equals;
	size_t len;

	while (line->len > 0 && line->p[0] == ' ') {
		line->p++;
		line->len--;
	}
	if (line->len == 0)
		return false;
	end = span_find(*line, ' ');
	len = end == NULL ? line->len : (size_t)(end - line->p);
	equals = memchr(line->p, '=', len);
	*key = (struct span){ line->p, equals == NULL ? 0 : (size_t)(equals - line->p) };
	*value = equals == NULL ? (struct span){ line->p, len } : (struct span){ equals + 1, len - key->len - 1 };
	line->p += len;
	line->len -= len;
	return true;
}

bool
recordline_get(struct span line, const char *key, struct span *value)
{
	struct span k;

	while (recordline_next(&line, &k, value))
		if (span_is(k, key))
			return true;
	*value = (struct span){ NULL, 0 };
	return false;
}

bool
recordline_is(struct span line, const char *key, const char *want)
{
	struct span value;

	return recordline_get(line, key, &value) && span_is(value, want);
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* As many hex digits as there are, at most max, from s[at]. */
static size_t
take_hex(struct span s, size_t at, size_t max, uint32_t *n)
{
	size_t len = 0;

	*n = 0;
	while (len < max && at + len < s.len && hex_digit(s.p[at + len]) >= 0)
		*n = *n << 4 | (uint32_t)hex_digit(s.p[at + len++]);
	return len;
}

static size_t
put_utf8(uint32_t c, uint8_t *out)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

/*
 * The escape that begins at word.p[at]: how many bytes it takes, and what it stands for.
 * 0: it is not one.
 * Each is longer than that.
 */
static size_t
take_escape(struct span word, size_t at, uint8_t *out, size_t *len)
{
	uint32_t n;
	size_t digits;

	if (at + 1 >= word.len)
		return 0;
	if (word.p[at + 1] == '\\') {
		out[0] = '\\';
		*len = 1;
		return 2;
	}
	if (word.p[at + 1] == 'x' && take_hex(word, at + 2, 2, &n) == 2) {
		out[0] = (uint8_t)n;
		*len = 1;
		return 4;
	}
	if (word.p[at + 1] != 'u' || at + 2 >= word.len || word.p[at + 2] != '{')
		return 0;
	digits = take_hex(word, at + 3, 6, &n);
	if (digits == 0 || n > 0x10ffff || at + 3 + digits >= word.len || word.p[at + 3 + digits] != '}')
		return 0;
	*len = put_utf8(n, out);
	return digits + 4;
}

size_t
recordline_decode(struct span word, uint8_t *untrusted_out)
{
	size_t at = 0, out = 0;

	if (span_is(word, "-"))
		return 0;
	while (at < word.len) {
		size_t len, taken = word.p[at] == '\\' ? take_escape(word, at, untrusted_out + out, &len) : 0;

		if (taken == 0) {
			untrusted_out[out++] = word.p[at++];
			continue;
		}
		at += taken;
		out += len;
	}
	return out;
}
