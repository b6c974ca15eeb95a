/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"

#include "check.h"

#include <string.h>

/* RFC 3629, written the other way round: the bytes of a code point. 0 for what is none. */
static size_t
encode(uint32_t c, uint8_t out[4])
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 63));
		out[2] = (uint8_t)(0x80 | (c & 63));
		return c >= 0xd800 && c < 0xe000 ? 0 : 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 63));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 63));
	out[3] = (uint8_t)(0x80 | (c & 63));
	return c < 0x110000 ? 4 : 0;
}

static void
each_code_point_has_its_length(void)
{
	unsigned wrong = 0;

	for (uint32_t c = 0; c < 0x110000; c++) {
		uint8_t bytes[4];
		size_t len = encode(c, bytes);

		wrong += utf8_len((struct span){ bytes, c < 0x10000 && len == 0 ? 3 : len }) != len;
		wrong += len > 1 && utf8_len((struct span){ bytes, len - 1 }) != 0;
	}
	CHECK(wrong == 0);
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, 4);
}

/*
 * Of all starts of four bytes that look like one, at the borders of each byte, only what encode() makes is a
 * character.
 */
static void
nothing_else_is_a_character(void)
{
	static const uint8_t borders[] = { 0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff };
	static uint8_t known[0x110000][4];
	static size_t lengths[5];
	size_t n = 0, wrong = 0;

	for (uint32_t c = 0; c < 0x110000; c++) {
		size_t len;

		memset(known[n], 0, 4);
		len = encode(c, known[n]);
		n += len > 0;
		lengths[len]++;
	}
	CHECK(lengths[1] == 128 && lengths[2] == 1920 && lengths[3] == 61440 && lengths[4] == 1048576);
	qsort(known, n, 4, compare);
	for (unsigned first = 0; first < 256; first++) {
		for (size_t i = 0; i < 1000; i++) {
			uint8_t s[4] = { (uint8_t)first, borders[i % 10], borders[i / 10 % 10], borders[i / 100] };
			size_t len = utf8_len((struct span){ s, 4 }), want = 0;

			for (size_t k = 1; k <= 4 && want == 0; k++) {
				uint8_t cut[4] = { 0 };

				memcpy(cut, s, k);
				/* A zero that was cut off is none that stands there. */
				if (bsearch(cut, known, n, 4, compare) != NULL && (k == 1 || s[k - 1] >= 0x80))
					want = k;
			}
			wrong += len != want;
		}
	}
	CHECK(wrong == 0);
}

int
main(void)
{
	TEST(each_code_point_has_its_length);
	TEST(nothing_else_is_a_character);
	return check_done();
}
