/* SPDX-License-Identifier: ISC */
#include "vault/damage.h"

#include "check.h"
#include "store/recordline.h"

#include <string.h>

#define TIME "time=2026-11-27T03:52:07.174Z "
#define REST "prev=- conn=aabbccddeeff seq=1 client=work arg=- event=sign verdict=allow"

static bool
is(const char *line)
{
	return damage_is(span_of(line), "work");
}

static void
lines_of_this_client_are_none(void)
{
	CHECK(!is(TIME REST));
	CHECK(!is(TIME REST " comment=a\\x20b\\u{202e}\\xff"));
	CHECK(!is(TIME REST " reason=too\\x20long… cut=yes"));
	CHECK(!is("time=0000-00-00T00:00:00.000Z " REST));
	CHECK(!is("time=- prev=x event=closed"));
	CHECK(!damage_is(span_of(TIME REST), NULL));
}

static void
another_clients_is_one(void)
{
	CHECK(damage_is(span_of(TIME REST), "wor"));
	CHECK(damage_is(span_of(TIME REST), "work2"));
	CHECK(is(TIME "event=sign verdict=allow"));
	CHECK(is(TIME "client= event=sign"));
	CHECK(is("time=- prev=x event=closed client=other"));
}

static void
what_readers_would_read_in_two_ways_is_one(void)
{
	CHECK(is(TIME REST " client=other"));
	CHECK(is(TIME REST " event=list"));
	CHECK(is(TIME REST " time=x"));
	CHECK(is(TIME "client=work arg=-"));
	CHECK(is(TIME "client=work event="));
}

static void
what_is_not_words_is_one(void)
{
	CHECK(is(TIME REST " word"));
	CHECK(is(TIME REST " =value"));
	CHECK(is(TIME REST " Key=value"));
	CHECK(is(TIME REST " k\"=value"));
	CHECK(is(REST " " TIME));
	CHECK(is("time=2026-11-27T03:52:07.174 " REST));
	CHECK(is("time=2026-11-27T03:52:07.174Zx " REST));
	CHECK(is("time=2026-11-27T03:52:07.17aZ " REST));
	CHECK(is("time=- " REST));
	CHECK(is(""));
}

static void
bytes_that_are_not_ascii_are_one(void)
{
	static const char *const bad[] = { "\x1b[2J", "\r", "\t", "\x7f", "\x9b", "\xc2\x9b", "\xe2\x80",
		"\xe2\x80\xae", "\xff", "é" };
	char line[256];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), TIME REST " comment=%s", bad[i]);
		CHECK(is(line));
		snprintf(line, sizeof(line), TIME REST " %s=x", bad[i]);
		CHECK(is(line));
	}
	CHECK(damage_is((struct span){ (const uint8_t *)TIME REST "\0", sizeof(TIME REST) }, "work"));
}

static void
a_line_of_too_many_words_or_bytes_is_one(void)
{
	char line[2048] = TIME REST;
	size_t len = strlen(line);

	for (int c = 'a'; c <= 'z'; c++)
		snprintf(line + strlen(line), 8, " x%c=", c);
	CHECK(is(line));
	memset(line + len, 'x', sizeof(line) - len);
	CHECK(!damage_is((struct span){ (const uint8_t *)line, LIMIT_RECORD_LINE - 1 }, "work"));
	CHECK(damage_is((struct span){ (const uint8_t *)line, LIMIT_RECORD_LINE }, "work"));
}

static void
its_own_line_is_inert_and_short(void)
{
	uint8_t bytes[LIMIT_RECORD_FILE / 1024];
	char line[DAMAGE_SIZE];
	struct span value;
	size_t len;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	len = damage_lines(line, "work", "2026-11-27T03:52:07.174Z", 12, (struct span){ bytes, sizeof(bytes) });
	CHECK(len == strlen(line) && !is(line));
	CHECK(recordline_is(span_of(line), "event", "damaged") && recordline_is(span_of(line), "count", "12"));
	CHECK(recordline_get(span_of(line), "line", &value) && span_ends(value, "…"));
	len = damage_file(line, "work", "signatures.1", "it is a link");
	CHECK(len == strlen(line) && !is(line));
	CHECK(recordline_is(span_of(line), "reason", "it\\x20is\\x20a\\x20link"));
}

static void
a_time_is_taken_where_there_is_one(void)
{
	char time[DAMAGE_TIME] = DAMAGE_NO_TIME;

	damage_time(time, span_of("time=- event=closed"));
	CHECK(strcmp(time, DAMAGE_NO_TIME) == 0);
	damage_time(time, span_of(TIME REST));
	CHECK(strcmp(time, "2026-11-27T03:52:07.174Z") == 0);
}

int
main(void)
{
	TEST(lines_of_this_client_are_none);
	TEST(another_clients_is_one);
	TEST(what_readers_would_read_in_two_ways_is_one);
	TEST(what_is_not_words_is_one);
	TEST(bytes_that_are_not_ascii_are_one);
	TEST(a_line_of_too_many_words_or_bytes_is_one);
	TEST(its_own_line_is_inert_and_short);
	TEST(a_time_is_taken_where_there_is_one);
	return check_done();
}
