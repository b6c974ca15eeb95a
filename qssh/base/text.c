/* SPDX-License-Identifier: ISC */
#include "base/text.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <string.h>

#define CHARACTER_MAX 16u /* the longest shown character: \u{10ffff} */

void
text_open(struct text *t, char *buf, size_t size)
{
	t->buf = buf;
	t->size = size;
	t->len = 0;
	t->cut = false;
	buf[0] = '\0';
}

/*
 * One character or one escape, whole or not at all.
 * Once something did not fit, nothing is added, so that the text stays a prefix.
 */
static void
put(struct text *t, const char *s, size_t len)
{
	if (t->cut || len >= t->size - t->len) {
		t->cut = true;
		return;
	}
	memcpy(t->buf + t->len, s, len);
	t->len += len;
	t->buf[t->len] = '\0';
}

static void
put_str(struct text *t, const char *s)
{
	put(t, s, strlen(s));
}

/*
 * Letters that may stand for themselves, all assigned, none combining, invisible or written from right to left.
 * Left out on purpose: the letters that look like ASCII punctuation (U+01C0 to U+01C3), conjoining jamo and the
 * Hangul fillers, and compatibility forms.
 */
static bool
is_letter(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} letters[] = {
		{ 0x00c0, 0x00d6 }, /* Latin */
		{ 0x00d8, 0x00f6 },
		{ 0x00f8, 0x01bf },
		{ 0x01c4, 0x024f },
		{ 0x0370, 0x0373 }, /* Greek */
		{ 0x0376, 0x0377 },
		{ 0x037b, 0x037d },
		{ 0x037f, 0x037f },
		{ 0x0386, 0x0386 },
		{ 0x0388, 0x038a },
		{ 0x038c, 0x038c },
		{ 0x038e, 0x03a1 },
		{ 0x03a3, 0x03f5 },
		{ 0x03f7, 0x03ff },
		{ 0x0400, 0x0481 }, /* Cyrillic */
		{ 0x048a, 0x052f },
		{ 0x1e00, 0x1eff }, /* Latin, additional */
		{ 0x3005, 0x3007 }, /* Han: iteration mark, closing mark, zero */
		{ 0x3041, 0x3096 }, /* Hiragana */
		{ 0x309d, 0x309f },
		{ 0x30a1, 0x30fa }, /* Katakana */
		{ 0x30fc, 0x30ff },
		{ 0x3131, 0x3163 }, /* Hangul letters */
		{ 0x3400, 0x4dbf }, /* Han */
		{ 0x4e00, 0x9fff },
		{ 0xac00, 0xd7a3 }, /* Hangul syllables */
		{ 0x20000, 0x2a6df }, /* Han, extensions B to G */
		{ 0x2a700, 0x2b738 },
		{ 0x2b740, 0x2b81d },
		{ 0x2b820, 0x2cea1 },
		{ 0x2ceb0, 0x2ebe0 },
		{ 0x30000, 0x3134a },
	};

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (c >= letters[i].first && c <= letters[i].last)
			return true;
	}
	return false;
}

static const char hex[] = "0123456789abcdef";

static void
put_byte(struct text *t, uint8_t b)
{
	const char escape[4] = { '\\', 'x', hex[b >> 4], hex[b & 15] };

	put(t, escape, sizeof(escape));
}

static void
put_code(struct text *t, uint32_t c)
{
	char escape[CHARACTER_MAX] = { '\\', 'u', '{' };
	size_t len = 3;
	unsigned shift = 20;

	while (shift > 0 && c >> shift == 0)
		shift -= 4;
	for (;; shift -= 4) {
		escape[len++] = hex[c >> shift & 15];
		if (shift == 0)
			break;
	}
	escape[len++] = '}';
	put(t, escape, len);
}

enum mode { MODE_PLAIN, MODE_QUOTED, MODE_WORD };

/* Stands for itself: any other character of ASCII is escaped. */
static bool
is_itself(uint32_t c, enum mode mode)
{
	if (c == ' ' || c == '=')
		return mode != MODE_WORD;
	return c > ' ' && c <= '~' && c != '\\' && (c != '"' || mode == MODE_PLAIN);
}

static void
put_ascii(struct text *t, char c, enum mode mode)
{
	const char escape[2] = { '\\', c };

	if (is_itself((uint8_t)c, mode))
		put(t, &c, 1);
	else if (mode == MODE_WORD && c != '\\')
		put_byte(t, (uint8_t)c);
	else
		put(t, escape, sizeof(escape));
}

/* Shows the first character of s, which is not empty. Its length in bytes. */
static size_t
put_character(struct text *t, struct span s, enum mode mode)
{
	uint32_t c;
	size_t len = utf8_decode(s, &c);

	if (len == 0) {
		put_byte(t, s.p[0]);
		return 1;
	}
	if (c >= 0x20 && c <= 0x7e)
		put_ascii(t, (char)c, mode);
	else if (mode != MODE_WORD && is_letter(c))
		put(t, (const char *)s.p, len);
	else
		put_code(t, c);
	return len;
}

/* What s begins with and stands for itself, in one go. Its length; 0 where there is none, or not room for all. */
static size_t
put_run(struct text *t, struct span s, size_t max, enum mode mode)
{
	size_t n = 0;

	while (n < s.len && n < max && is_itself(s.p[n], mode))
		n++;
	if (n == 0 || n >= t->size - t->len)
		return 0;
	put(t, (const char *)s.p, n);
	return n;
}

static void
put_untrusted(struct text *t, struct span s, size_t max, enum mode mode)
{
	size_t shown = 0;

	while (s.len > 0 && shown < max) {
		size_t run = put_run(t, s, max - shown, mode);
		size_t len = run > 0 ? run : put_character(t, s, mode);

		shown += run > 0 ? run : 1;
		s.p += len;
		s.len -= len;
	}
	if (s.len > 0)
		put_str(t, "…");
}

void
text_add(struct text *t, const char *trusted)
{
	size_t all = strlen(trusted);

	if (all < t->size - t->len) {
		put(t, trusted, all);
		return;
	}
	while (*trusted != '\0') {
		size_t len = 1;

		while (((uint8_t)trusted[len] & 0xc0) == 0x80)
			len++;
		put(t, trusted, len);
		trusted += len;
	}
}

void
text_number(struct text *t, unsigned long long n)
{
	text_digits(t, n, 1);
}

void
text_digits(struct text *t, unsigned long long n, unsigned least)
{
	char digits[24];
	size_t at = sizeof(digits);

	while ((n > 0 || sizeof(digits) - at < least) && at > 0) {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	}
	put(t, digits + at, sizeof(digits) - at);
}

void
text_untrusted(struct text *t, struct span untrusted, size_t max)
{
	put_untrusted(t, untrusted, max, MODE_PLAIN);
}

bool
text_is_plain(struct span untrusted)
{
	while (untrusted.len > 0) {
		uint32_t c;
		size_t len = utf8_decode(untrusted, &c);

		if (len == 0 || !((c >= 0x20 && c <= 0x7e) || is_letter(c)))
			return false;
		untrusted.p += len;
		untrusted.len -= len;
	}
	return true;
}

void
text_quoted(struct text *t, struct span untrusted, size_t max)
{
	put_str(t, "\"");
	put_untrusted(t, untrusted, max, MODE_QUOTED);
	put_str(t, "\"");
}

/* What user and host names commonly hold. Nothing that could pass for our own words around it. */
static bool
is_bare(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._-:[]", c) != NULL);
}

static bool
is_bare_word(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_bare(s.p[i]))
			return false;
	}
	return s.len > 0;
}

/* As many characters as LIMIT_SHOWN_NAME and the room allow; quoted unless it is a word that needs none. */
static void
put_name(struct text *t, struct span untrusted, bool quoted, size_t room)
{
	char buf[TEXT_NAME_ROOM + 1];
	struct text part;
	size_t max = LIMIT_SHOWN_NAME + 1;

	do {
		max--;
		text_open(&part, buf, room + 1);
		if (quoted)
			text_quoted(&part, untrusted, max);
		else
			text_untrusted(&part, untrusted, max);
	} while (part.cut && max > 0);
	text_add(t, text_str(&part)); /* escaped already */
}

void
text_name(struct text *t, struct span untrusted, size_t room)
{
	put_name(t, untrusted, !is_bare_word(untrusted), room);
}

void
text_name_quoted(struct text *t, struct span untrusted, size_t room)
{
	put_name(t, untrusted, true, room);
}

void
text_word(struct text *t, struct span untrusted, size_t max)
{
	if (untrusted.len == 0)
		put_str(t, "-");
	else if (span_is(untrusted, "-"))
		put_byte(t, '-');
	else
		put_untrusted(t, untrusted, max, MODE_WORD);
}

void
text_fingerprint(struct text *t, const uint8_t hash[32])
{
	char out[7 + 45] = "SHA256:";

	base64_encode((struct span){ hash, 32 }, out + 7, 45);
	put(t, out, 7 + 43); /* without the one character of padding */
}

const char *
text_str(const struct text *t)
{
	return t->buf;
}
