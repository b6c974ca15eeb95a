/* SPDX-License-Identifier: ISC */
#include "base/wire.h"

#include "check.h"
#include "maker.h"

#include <string.h>

static void
reads_the_encoding_of_rfc_4251(void)
{
	static const uint8_t bytes[] = { 7, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 'h', 'i', 5 };
	struct wire w;

	wire_open(&w, (struct span){ bytes, sizeof(bytes) });
	CHECK(wire_u8(&w) == 7);
	CHECK(wire_u32(&w) == 0x102);
	CHECK(wire_u64(&w) == 0x100);
	CHECK(span_is(wire_string(&w), "hi"));
	CHECK(!wire_done(&w));
	CHECK(wire_bool(&w));
	CHECK(wire_done(&w));
}

static void
a_failure_is_sticky(void)
{
	static const uint8_t bytes[] = { 0, 0, 0, 9, 1, 2, 3 };
	struct wire w;

	wire_open(&w, (struct span){ bytes, sizeof(bytes) });
	CHECK(wire_string(&w).len == 0);
	CHECK(!wire_ok(&w));
	CHECK(wire_u8(&w) == 0);
	CHECK(wire_raw(&w, 0).len == 0);
	CHECK(!wire_done(&w));
}

static void
every_torn_number_is_zero(void)
{
	static const uint8_t bytes[] = { 1, 1, 1, 1, 1, 1, 1 };

	for (size_t len = 0; len < sizeof(bytes); len++) {
		struct wire w;

		wire_open(&w, (struct span){ bytes, len });
		CHECK(wire_u64(&w) == 0);
		CHECK(!wire_ok(&w));
	}
}

static void
a_length_of_all_ones_fits_nothing(void)
{
	static const uint8_t bytes[] = { 255, 255, 255, 255, 0 };
	struct wire w;

	wire_open(&w, (struct span){ bytes, sizeof(bytes) });
	CHECK(wire_string(&w).p == NULL);
	CHECK(!wire_done(&w));
}

static void
nothing_can_be_read_from_nothing(void)
{
	struct wire w;

	wire_open(&w, (struct span){ NULL, 0 });
	CHECK(wire_done(&w));
	CHECK(wire_raw(&w, 0).len == 0);
	CHECK(wire_done(&w));
	CHECK(wire_u8(&w) == 0);
	CHECK(!wire_ok(&w));
}

static void
writes_what_it_reads(void)
{
	uint8_t buf[16];
	struct wire_out o;
	struct wire w;

	wire_out_open(&o, buf, sizeof(buf));
	wire_put_u8(&o, 13);
	wire_put_u32(&o, 0xdeadbeef);
	wire_put_string(&o, span_of("key"));
	CHECK(wire_out_span(&o).len == 12);
	wire_open(&w, wire_out_span(&o));
	CHECK(wire_u8(&w) == 13 && wire_u32(&w) == 0xdeadbeef && span_is(wire_string(&w), "key") && wire_done(&w));
}

static void
what_does_not_fit_is_not_written(void)
{
	uint8_t buf[5];
	struct wire_out o;

	wire_out_open(&o, buf, sizeof(buf));
	wire_put_u32(&o, 1);
	wire_put_u32(&o, 2);
	wire_put_u8(&o, 3);
	CHECK(o.bad && o.len == 4);
	CHECK(wire_out_span(&o).len == 0);
}

static void
a_string_longer_than_its_length_can_say_is_not_written(void)
{
	uint8_t buf[16];
	struct wire_out o;

	wire_out_open(&o, buf, sizeof(buf));
	wire_put_string(&o, (struct span){ buf, (size_t)UINT32_MAX + 1 });
	CHECK(o.bad && o.len == 0);
}

static void
spans_compare_whole(void)
{
	CHECK(span_is(span_of("abc"), "abc"));
	CHECK(!span_is(span_of("abc"), "ab"));
	CHECK(!span_is(span_of("ab"), "abc"));
	CHECK(span_starts(span_of("abc"), "ab") && !span_starts(span_of("a"), "ab"));
	CHECK(span_ends(span_of("abc"), "bc") && !span_ends(span_of("c"), "bc"));
	CHECK(span_eq((struct span){ NULL, 0 }, span_of("")));
}

static void
a_byte_is_found_also_in_nothing(void)
{
	struct span text = span_of("a,b,");

	CHECK(span_find(text, ',') == text.p + 1 && span_has(text, 'b'));
	CHECK(span_find(text, 'c') == NULL && !span_has(text, '\0'));
	CHECK(span_find((struct span){ NULL, 0 }, ',') == NULL && !span_has((struct span){ text.p, 0 }, 'a'));
}

static void
lines_are_taken_off_a_text(void)
{
	struct span text = span_of("one\n\nlast"), line;

	CHECK(span_line(&text, &line) && span_is(line, "one") && span_is(text, "\nlast"));
	CHECK(span_line(&text, &line) && span_is(line, "") && span_is(text, "last"));
	CHECK(span_line(&text, &line) && span_is(line, "last") && text.len == 0);
	CHECK(!span_line(&text, &line));
	text = (struct span){ NULL, 0 };
	CHECK(!span_line(&text, &line) && !span_whole_line(&text, &line));
}

static void
a_line_without_its_end_may_be_left(void)
{
	struct span text = span_of("whole\ntorn"), line;

	CHECK(span_whole_line(&text, &line) && span_is(line, "whole"));
	CHECK(!span_whole_line(&text, &line) && span_is(text, "torn"));
	text = span_of("\n");
	CHECK(span_whole_line(&text, &line) && line.len == 0 && text.len == 0);
}

static void
a_span_is_cut_at_a_byte(void)
{
	struct span rest = span_of("a,,b");

	CHECK(span_is(span_cut(&rest, ','), "a") && span_is(rest, ",b"));
	CHECK(span_is(span_cut(&rest, ','), "") && span_is(rest, "b"));
	CHECK(span_is(span_cut(&rest, ','), "b") && rest.len == 0 && rest.p == NULL);
	CHECK(span_cut(&rest, ',').len == 0 && rest.len == 0);
	rest = span_of("a,");
	CHECK(span_is(span_cut(&rest, ','), "a") && rest.len == 0 && rest.p != NULL);
}

static void
a_sequence_ends_where_it_is_torn(void)
{
	struct span seq = bytes("\0\0\0\1a\0\0\0\0\0\0\0\2b", 14);
	struct span s;

	CHECK(span_string(&seq, &s) && span_is(s, "a"));
	CHECK(span_string(&seq, &s) && span_is(s, ""));
	CHECK(!span_string(&seq, &s) && seq.len == 5);
	CHECK(!span_string(&seq, &s) && seq.len == 5);
	seq = bytes(NULL, 0);
	CHECK(!span_string(&seq, &s) && seq.len == 0);
}

int
main(void)
{
	TEST(a_byte_is_found_also_in_nothing);
	TEST(lines_are_taken_off_a_text);
	TEST(a_line_without_its_end_may_be_left);
	TEST(reads_the_encoding_of_rfc_4251);
	TEST(a_span_is_cut_at_a_byte);
	TEST(a_sequence_ends_where_it_is_torn);
	TEST(a_failure_is_sticky);
	TEST(every_torn_number_is_zero);
	TEST(a_length_of_all_ones_fits_nothing);
	TEST(nothing_can_be_read_from_nothing);
	TEST(writes_what_it_reads);
	TEST(what_does_not_fit_is_not_written);
	TEST(a_string_longer_than_its_length_can_say_is_not_written);
	TEST(spans_compare_whole);
	return check_done();
}
