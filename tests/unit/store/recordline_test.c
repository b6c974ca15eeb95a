/* SPDX-License-Identifier: ISC */
#include "store/recordline.h"

#include "base/text.h"
#include "check.h"

#include <string.h>

static void
words_are_split_at_spaces_and_the_first_equals(void)
{
	struct span line = span_of("time=1 client=work odd a==b  end="), key, value;

	CHECK(recordline_next(&line, &key, &value) && span_is(key, "time") && span_is(value, "1"));
	CHECK(recordline_next(&line, &key, &value) && span_is(key, "client") && span_is(value, "work"));
	CHECK(recordline_next(&line, &key, &value) && key.len == 0 && span_is(value, "odd"));
	CHECK(recordline_next(&line, &key, &value) && span_is(key, "a") && span_is(value, "=b"));
	CHECK(recordline_next(&line, &key, &value) && span_is(key, "end") && value.len == 0);
	CHECK(!recordline_next(&line, &key, &value));
}

static void
a_value_is_found_by_its_whole_key(void)
{
	struct span line = span_of("hostkey=1 host=2 host=3"), value;

	CHECK(recordline_get(line, "host", &value) && span_is(value, "2"));
	CHECK(!recordline_get(line, "hos", &value) && value.len == 0);
	CHECK(!recordline_get(line, "", &value));
	CHECK(recordline_is(line, "host", "2") && !recordline_is(line, "host", "3") && !recordline_is(line, "hos", ""));
}

static bool
decodes(const char *word, const char *want)
{
	uint8_t out[256];
	size_t len = recordline_decode(span_of(word), out);

	return len == strlen(want) && memcmp(out, want, len) == 0;
}

static void
escapes_are_undone(void)
{
	CHECK(decodes("plain", "plain"));
	CHECK(decodes("-", ""));
	CHECK(decodes("\\x2d", "-"));
	CHECK(decodes("a\\x20b\\x3dc\\x22", "a b=c\""));
	CHECK(decodes("\\\\x20", "\\x20"));
	CHECK(decodes("\\u{e9}\\u{20ac}\\u{1f600}\\u{a}", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n"));
}

static void
what_is_no_escape_stays(void)
{
	CHECK(decodes("\\", "\\"));
	CHECK(decodes("\\x2", "\\x2"));
	CHECK(decodes("\\xG0", "\\xG0"));
	CHECK(decodes("\\u{}", "\\u{}"));
	CHECK(decodes("\\u{110000}", "\\u{110000}"));
	CHECK(decodes("\\u{41", "\\u{41"));
	CHECK(decodes("\\u{41x}", "\\u{41x}"));
	CHECK(decodes("\\n", "\\n"));
}

/* Every pair of bytes, as the record has it, comes back as it was. */
static void
decoding_undoes_what_the_record_writes(void)
{
	bool same = true;

	for (unsigned i = 0; same && i < 65536; i++) {
		const uint8_t bytes[2] = { (uint8_t)(i >> 8), (uint8_t)i };
		char word[64];
		uint8_t back[64];
		struct text t;
		size_t len;

		text_open(&t, word, sizeof(word));
		text_word(&t, (struct span){ bytes, 2 }, SIZE_MAX);
		len = recordline_decode(span_of(word), back);
		same = len == 2 && memcmp(back, bytes, 2) == 0;
	}
	CHECK(same);
}

int
main(void)
{
	TEST(words_are_split_at_spaces_and_the_first_equals);
	TEST(a_value_is_found_by_its_whole_key);
	TEST(escapes_are_undone);
	TEST(what_is_no_escape_stays);
	TEST(decoding_undoes_what_the_record_writes);
	return check_done();
}
