/* SPDX-License-Identifier: ISC */
#include "base/text.h"

#include "check.h"

#include <string.h>

static char shown[256];

static const char *
person(struct span s, size_t max)
{
	struct text t;

	text_open(&t, shown, sizeof(shown));
	text_untrusted(&t, s, max);
	return text_str(&t);
}

static const char *
quoted(struct span s, size_t max)
{
	struct text t;

	text_open(&t, shown, sizeof(shown));
	text_quoted(&t, s, max);
	return text_str(&t);
}

static const char *
word(struct span s, size_t max)
{
	struct text t;

	text_open(&t, shown, sizeof(shown));
	text_word(&t, s, max);
	return text_str(&t);
}

#define PERSON(in, want) CHECK(strcmp(person((struct span){ (const uint8_t *)(in), sizeof(in) - 1 }, 64), want) == 0)
#define WORD(in, want) CHECK(strcmp(word((struct span){ (const uint8_t *)(in), sizeof(in) - 1 }, 64), want) == 0)

static void
ascii_stands_for_itself(void)
{
	char all[96] = "", want[97];
	size_t n = 0;

	for (char c = 0x20; c < 0x7f; c++) {
		if (c != '\\')
			all[n++] = c;
	}
	memcpy(want, all, n);
	want[n] = '\0';
	CHECK(strcmp(person((struct span){ (uint8_t *)all, n }, 200), want) == 0);
}

static void
a_backslash_is_doubled(void)
{
	PERSON("a\\x41", "a\\\\x41");
	WORD("a\\x41", "a\\\\x41");
}

static void
letters_stand_for_themselves(void)
{
	PERSON("Zoë Ωμέγα Журнал カタカナ ひらがな 鍵 열쇠", "Zoë Ωμέγα Журнал カタカナ ひらがな 鍵 열쇠");
}

static void
control_characters_are_escaped(void)
{
	PERSON("a\nb\rc\td", "a\\u{a}b\\u{d}c\\u{9}d");
	PERSON("\0\x1b[31m\x7f", "\\u{0}\\u{1b}[31m\\u{7f}");
	PERSON("\xc2\x85\xc2\x9b", "\\u{85}\\u{9b}");
	PERSON("\x1f", "\\u{1f}");
}

static void
invisible_and_bidirectional_characters_are_escaped(void)
{
	PERSON("\u202e\u2066\u200b\u200d\ufeff\u00ad", "\\u{202e}\\u{2066}\\u{200b}\\u{200d}\\u{feff}\\u{ad}");
	PERSON("\u00a0\u3000\u2028\u3164\u115f", "\\u{a0}\\u{3000}\\u{2028}\\u{3164}\\u{115f}");
	PERSON("e\u0301 \u3099", "e\\u{301} \\u{3099}");
	PERSON("\ue000 \U000f0000 \U000e0041", "\\u{e000} \\u{f0000} \\u{e0041}");
	PERSON("\u05d0\u0627", "\\u{5d0}\\u{627}");
}

static void
what_looks_like_our_own_marks_is_escaped(void)
{
	PERSON("…“”×÷", "\\u{2026}\\u{201c}\\u{201d}\\u{d7}\\u{f7}");
	PERSON("\u01c3\u037e", "\\u{1c3}\\u{37e}");
	PERSON("\U0001f511", "\\u{1f511}");
}

static void
every_byte_that_is_no_utf8_is_escaped_alone(void)
{
	PERSON("a\xff\xfe"
	       "b",
	    "a\\xff\\xfeb");
	PERSON("\xc0\xaf", "\\xc0\\xaf"); /* overlong */
	PERSON("\xc1\xbf", "\\xc1\\xbf");
	PERSON("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	PERSON("\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf");
	PERSON("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate */
	PERSON("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* beyond the last code point */
	PERSON("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80");
	PERSON("\xf4\x8f\xbf\xbf", "\\u{10ffff}");
	PERSON("\x80", "\\x80");
	PERSON("\xc3", "\\xc3"); /* torn at the end */
	PERSON("\xe9\x8d", "\\xe9\\x8d");
	CHECK(strcmp(person((struct span){ (const uint8_t *)"é", 1 }, 64), "\\xc3") == 0); /* the rest is another's */
	PERSON("\xc3z", "\\xc3z"); /* torn inside */
}

static void
a_long_name_is_cut_with_a_mark(void)
{
	CHECK(strcmp(person(span_of("abcdef"), 6), "abcdef") == 0);
	CHECK(strcmp(person(span_of("abcdefg"), 6), "abcdef…") == 0);
	CHECK(strcmp(person(span_of("éé\n\né"), 4), "éé\\u{a}\\u{a}…") == 0);
	CHECK(strcmp(person(span_of("a"), 0), "…") == 0);
	CHECK(strcmp(person(span_of(""), 0), "") == 0);
	CHECK(strcmp(quoted(span_of("abc"), 2), "\"ab…\"") == 0);
	CHECK(strcmp(word(span_of("a b"), 2), "a\\x20…") == 0);
}

static void
nothing_gets_out_of_quotes(void)
{
	CHECK(strcmp(quoted(span_of("a\" b"), 64), "\"a\\\" b\"") == 0);
	CHECK(strcmp(quoted(span_of("a\\\""), 64), "\"a\\\\\\\"\"") == 0);
	CHECK(strcmp(quoted(span_of(""), 64), "\"\"") == 0);
	CHECK(strcmp(quoted(span_of("work laptop"), 64), "\"work laptop\"") == 0);
}

static void
a_word_has_no_space_equals_sign_or_quote(void)
{
	WORD("a b=c\"d", "a\\x20b\\x3dc\\x22d");
	WORD("é\n", "\\u{e9}\\u{a}");
	WORD("\xff", "\\xff");
	WORD("git@github.com", "git@github.com");
	WORD("", "-");
	WORD("-", "\\x2d");
	WORD("--", "--");
	WORD("-a", "-a");
}

static void
our_own_words_and_numbers_go_in_as_they_are(void)
{
	struct text t;

	text_open(&t, shown, sizeof(shown));
	text_add(&t, "valid ");
	text_number(&t, 0);
	text_add(&t, "–");
	text_number(&t, 18446744073709551615u);
	text_add(&t, "");
	CHECK(strcmp(text_str(&t), "valid 0–18446744073709551615") == 0);
	CHECK(!t.cut && t.len == strlen(shown));
}

static void
what_does_not_fit_is_cut_at_a_whole_character(void)
{
	for (size_t size = 1; size <= 12; size++) {
		char buf[13];
		struct text t;

		memset(buf, 'X', sizeof(buf));
		text_open(&t, buf, size);
		text_add(&t, "aé");
		text_untrusted(&t, span_of("鍵\n"), 64);
		CHECK(t.cut == (size < 12));
		CHECK(strlen(buf) == t.len && t.len < size);
		CHECK(t.len == (size > 11 ? 11 : size > 6 ? 6 : size > 3 ? 3 : size > 1 ? 1 : 0));
		CHECK(buf[size] == 'X');
	}
}

static void
numbers_have_as_many_digits_as_wanted(void)
{
	struct text t;

	text_open(&t, shown, sizeof(shown));
	text_digits(&t, 0, 2);
	text_digits(&t, 7, 3);
	text_digits(&t, 2026, 2);
	text_digits(&t, 5, 0);
	text_digits(&t, 0, 0);
	text_digits(&t, 1, 30);
	CHECK(strcmp(text_str(&t), "0000720265000000000000000000000001") == 0);
}

static void
a_run_of_letters_is_cut_where_the_room_or_the_count_ends(void)
{
	char buf[16];
	struct text t;

	text_open(&t, buf, 5);
	text_untrusted(&t, span_of("abcdefgh"), 64);
	CHECK(strcmp(text_str(&t), "abcd") == 0 && t.cut);
	text_open(&t, buf, 5);
	text_untrusted(&t, span_of("abcd"), 4);
	CHECK(strcmp(text_str(&t), "abcd") == 0 && !t.cut);
	text_open(&t, buf, sizeof(buf));
	text_untrusted(&t, span_of("abcdefgh"), 3);
	CHECK(strcmp(text_str(&t), "abc…") == 0);
	text_open(&t, buf, sizeof(buf));
	text_word(&t, span_of("a b=c\"d\\e"), 5);
	CHECK(strcmp(text_str(&t), "a\\x20b\\x3dc…") == 0);
}

/* Otherwise a sentence could lose its middle and still end as expected. */
static void
once_cut_nothing_more_is_added(void)
{
	char buf[5];
	struct text t;

	text_open(&t, buf, sizeof(buf));
	text_add(&t, "abc");
	text_untrusted(&t, span_of("鍵"), 64);
	text_add(&t, "d");
	text_number(&t, 1);
	CHECK(strcmp(text_str(&t), "abc") == 0);
	CHECK(t.cut);
}

static void
a_fingerprint_is_base64_without_padding(void)
{
	uint8_t hash[32];
	struct text t;

	for (size_t i = 0; i < sizeof(hash); i++)
		hash[i] = (uint8_t)(i * 37 + 251);
	text_open(&t, shown, sizeof(shown));
	text_fingerprint(&t, hash);
	CHECK(strcmp(text_str(&t), "SHA256:+yBFao+02f4jSG2St9wBJktwlbrfBClOc5i94gcsUXY") == 0);
	memset(hash, 0xff, sizeof(hash));
	text_open(&t, shown, sizeof(shown));
	text_fingerprint(&t, hash);
	CHECK(strcmp(text_str(&t), "SHA256://////////////////////////////////////////8") == 0);
	text_open(&t, shown, 50);
	text_fingerprint(&t, hash);
	CHECK(t.cut && t.len == 0); /* whole or not at all */
}

#define PLAIN(in) text_is_plain((struct span){ (const uint8_t *)(in), sizeof(in) - 1 })

static void
plain_is_what_stands_for_itself_and_the_backslash(void)
{
	CHECK(PLAIN("") && PLAIN("a b~") && PLAIN("C:\\keys") && PLAIN("J\303\274rgen \351\215\265"));
	CHECK(!PLAIN("\t") && !PLAIN("a\033") && !PLAIN("\177") && !PLAIN("a\0b"));
	CHECK(!PLAIN("\302\233") && !PLAIN("\342\200\256") && !PLAIN("\303") && !PLAIN("\377"));
}

int
main(void)
{
	TEST(ascii_stands_for_itself);
	TEST(a_backslash_is_doubled);
	TEST(letters_stand_for_themselves);
	TEST(control_characters_are_escaped);
	TEST(invisible_and_bidirectional_characters_are_escaped);
	TEST(what_looks_like_our_own_marks_is_escaped);
	TEST(every_byte_that_is_no_utf8_is_escaped_alone);
	TEST(a_long_name_is_cut_with_a_mark);
	TEST(nothing_gets_out_of_quotes);
	TEST(a_word_has_no_space_equals_sign_or_quote);
	TEST(our_own_words_and_numbers_go_in_as_they_are);
	TEST(what_does_not_fit_is_cut_at_a_whole_character);
	TEST(numbers_have_as_many_digits_as_wanted);
	TEST(a_run_of_letters_is_cut_where_the_room_or_the_count_ends);
	TEST(once_cut_nothing_more_is_added);
	TEST(a_fingerprint_is_base64_without_padding);
	TEST(plain_is_what_stands_for_itself_and_the_backslash);
	return check_done();
}
