/* SPDX-License-Identifier: ISC */
#include "vault/since.h"

#include "check.h"

#include <errno.h>

#define NOW 1800000000

static time_t
parse(const char *word)
{
	time_t t;

	return since_parse(word, NOW, &t) == 0 ? t : -1;
}

static void
a_span_counts_back_from_now(void)
{
	CHECK(parse("0s") == NOW);
	CHECK(parse("90s") == NOW - 90);
	CHECK(parse("30m") == NOW - 1800);
	CHECK(parse("12h") == NOW - 43200);
	CHECK(parse("7d") == NOW - 604800);
}

static void
a_date_is_local_unless_it_ends_in_z(void)
{
	setenv("TZ", "XYZ-2", 1);
	tzset();
	CHECK(parse("2026-01-31") == 1769810400);
	CHECK(parse("2026-01-31T12:00") == 1769853600);
	CHECK(parse("2026-01-31 12:00:05") == 1769853605);
	CHECK(parse("2026-01-31T12:00Z") == 1769860800);
	CHECK(parse("2026-01-31T12:00:05Z") == 1769860805);
	CHECK(parse("2026-01-31Z") == 1769817600);
}

static void
anything_else_is_refused(void)
{
	static const char *const words[] = { "", "yesterday", "30", "30x", "30mm", "-5m", "+5m", "100000s", "1.5h", "m",
		"2026-13-01", "2026-01-31T", "2026-01-31T12", "2026-01-31T12:00:05.5", "2026-01-31T25:00",
		"2026-01-31z", " 30m" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (parse(words[i]) != -1)
			fprintf(stderr, "%s\n", words[i]);
		CHECK(parse(words[i]) == -1);
	}
}

int
main(void)
{
	TEST(a_span_counts_back_from_now);
	TEST(a_date_is_local_unless_it_ends_in_z);
	TEST(anything_else_is_refused);
	return check_done();
}
