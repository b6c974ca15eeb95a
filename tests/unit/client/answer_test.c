/* SPDX-License-Identifier: ISC */
#include "client/answer.h"

#include "check.h"
#include "fakevault.h"

static uint8_t given[LIMIT_FRAME], changed[LIMIT_FRAME];

/* A LIST answer of the keys A, B, …, each with one of the comments. */
static struct span
list_commented(const struct span *comments, uint32_t n)
{
	struct wire_out out;
	uint8_t key[64];

	wire_out_open(&out, given, sizeof(given));
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, n);
	for (uint32_t i = 0; i < n; i++) {
		wire_put_string(&out, fakevault_key((char)('A' + i % 26), key));
		wire_put_string(&out, comments[i]);
	}
	return wire_out_span(&out);
}

static bool
is_ascii_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

/* The comment as ssh gets it, beside the unchanged blob. */
static struct span
inert(struct span comment)
{
	struct agentmsg_identities l;
	struct agentmsg_identity id;
	uint8_t key[64];

	CHECK(agentmsg_identities(answer_inert(list_commented(&comment, 1), changed), &l) == 0 && l.count == 1);
	CHECK(agentmsg_identity_next(&l, &id) && span_eq(id.blob, fakevault_key('A', key)));
	return id.comment;
}

#define INERT(in, want) CHECK(span_is(inert((struct span){ (const uint8_t *)(in), sizeof(in) - 1 }), want))

static void
plain_comments_are_as_they_were(void)
{
	struct span comments[] = { span_of("work laptop"), span_of(""), span_of("CORP\\jane@pc"), span_of("Jürgen"),
		span_of("鍵") };
	struct span list = list_commented(comments, 5), after = answer_inert(list, changed);

	CHECK(after.p == list.p && after.len == list.len);
}

static void
what_moves_a_cursor_or_rings_is_escaped(void)
{
	INERT("a\033[2Jb", "a\\u{1b}[2Jb");
	INERT("a\ab", "a\\u{7}b");
	INERT("a\nb", "a\\u{a}b");
	INERT("a\rb", "a\\u{d}b");
	INERT("\302\233"
	      "31m",
	    "\\u{9b}31m");
	INERT("\233"
	      "31m",
	    "\\x9b31m");
	INERT("gnp\342\200\256.exe", "gnp\\u{202e}.exe");
	INERT("a\0b", "a\\u{0}b");
}

static void
no_control_byte_passes(void)
{
	for (int c = 0; c < 256; c++) {
		const uint8_t bytes[] = { 'a', (uint8_t)c, 'b' };
		struct span s = inert((struct span){ bytes, sizeof(bytes) });

		CHECK(is_ascii_plain(s));
		CHECK((c >= 0x20 && c <= 0x7e) == (s.len == 3));
	}
}

/*
 * Every code point of two and three bytes that is a control, a bidi mark, a joiner, a separator, a filler or
 * private.
 */
static void
no_invisible_or_turning_character_passes(void)
{
	static const uint32_t ranges[][2] = { { 0x80, 0xa0 }, { 0xad, 0xad }, { 0x300, 0x36f }, { 0x590, 0x8ff },
		{ 0x115f, 0x1160 }, { 0x180e, 0x180e }, { 0x2000, 0x206f }, { 0x3164, 0x3164 }, { 0xe000, 0xf8ff },
		{ 0xfb1d, 0xfdff }, { 0xfe00, 0xfe0f }, { 0xfe70, 0xffef }, { 0xfff0, 0xffff } };

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		for (uint32_t c = ranges[i][0]; c <= ranges[i][1]; c++) {
			const uint8_t two[] = { (uint8_t)(0xc0 | c >> 6), (uint8_t)(0x80 | (c & 0x3f)) };
			const uint8_t three[] = { (uint8_t)(0xe0 | c >> 12), (uint8_t)(0x80 | (c >> 6 & 0x3f)),
				(uint8_t)(0x80 | (c & 0x3f)) };

			CHECK(is_ascii_plain(inert(c < 0x800 ? (struct span){ two, 2 } : (struct span){ three, 3 })));
		}
}

static void
no_torn_or_wrong_character_passes(void)
{
	INERT("\303", "\\xc3");
	INERT("\303(", "\\xc3(");
	INERT("\300\200", "\\xc0\\x80");
	INERT("\355\240\200", "\\xed\\xa0\\x80");
	INERT("\364\220\200\200", "\\xf4\\x90\\x80\\x80");
	INERT("\377\376", "\\xff\\xfe");
}

static void
a_long_comment_that_has_to_be_escaped_is_cut(void)
{
	static char comment[2000];
	struct span s;

	memset(comment, 'a', sizeof(comment));
	s = inert((struct span){ (const uint8_t *)comment, sizeof(comment) });
	CHECK(s.len == sizeof(comment));
	comment[0] = '\033';
	s = inert((struct span){ (const uint8_t *)comment, sizeof(comment) });
	CHECK(s.len == 6 + ANSWER_COMMENT_SHOWN - 1 + 3 && span_ends(s, "a…"));
	memset(comment, '\033', sizeof(comment));
	s = inert((struct span){ (const uint8_t *)comment, sizeof(comment) });
	CHECK(s.len == 6 * ANSWER_COMMENT_SHOWN + 3 && span_ends(s, "…"));
}

/* 800 keys whose comments grow beyond a frame: those are left out, and the plain ones and all blobs stay. */
static void
comments_that_outgrow_the_frame_are_left_out(void)
{
	static struct span comments[800];
	static char loud[200];
	struct agentmsg_identities l;
	struct agentmsg_identity id;
	uint8_t key[64];
	uint32_t i = 0;

	memset(loud, '\a', sizeof(loud));
	for (size_t k = 0; k < 800; k++)
		comments[k] = k % 2 == 0 ? (struct span){ (const uint8_t *)loud, sizeof(loud) } : span_of("plain");
	CHECK(agentmsg_identities(answer_inert(list_commented(comments, 800), changed), &l) == 0 && l.count == 800);
	for (; agentmsg_identity_next(&l, &id); i++) {
		CHECK(span_eq(id.blob, fakevault_key((char)('A' + i % 26), key)));
		CHECK(span_is(id.comment, i % 2 == 0 ? "" : "plain"));
	}
	CHECK(i == 800);
}

static bool
fits(enum request_kind kind, const char *bytes, size_t len)
{
	return answer_fits(kind, (struct span){ (const uint8_t *)bytes, len });
}

static void
only_the_answer_of_a_request_fits_it(void)
{
	static const char signature[] = { 14, 0, 0, 0, 1, 's' }, list[] = { 12, 0, 0, 0, 0 };
	static const char query[] = { 29, 0, 0, 0, 1, 'q' };
	static const enum request_kind kinds[] = { REQUEST_LIST, REQUEST_SIGN, REQUEST_BIND };

	for (size_t i = 0; i < 3; i++) {
		CHECK(fits(kinds[i], "\5", 1));
		CHECK(!fits(kinds[i], "\5\0", 2));
		CHECK(fits(kinds[i], "\6", 1) == (kinds[i] == REQUEST_BIND));
		CHECK(fits(kinds[i], "\34", 1) == (kinds[i] == REQUEST_BIND));
		CHECK(fits(kinds[i], list, sizeof(list)) == (kinds[i] == REQUEST_LIST));
		CHECK(fits(kinds[i], signature, sizeof(signature)) == (kinds[i] == REQUEST_SIGN));
		CHECK(!fits(kinds[i], query, sizeof(query)));
	}
	CHECK(!fits(REQUEST_SIGN, signature, sizeof(signature) - 1));
	CHECK(!fits(REQUEST_QUERY, query, sizeof(query)));
}

int
main(void)
{
	TEST(plain_comments_are_as_they_were);
	TEST(what_moves_a_cursor_or_rings_is_escaped);
	TEST(no_control_byte_passes);
	TEST(no_invisible_or_turning_character_passes);
	TEST(no_torn_or_wrong_character_passes);
	TEST(a_long_comment_that_has_to_be_escaped_is_cut);
	TEST(comments_that_outgrow_the_frame_are_left_out);
	TEST(only_the_answer_of_a_request_fits_it);
	return check_done();
}
