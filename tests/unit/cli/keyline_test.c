/* SPDX-License-Identifier: ISC */
#include "cli/keyline.h"

#include "check.h"

#include <stdbool.h>
#include <string.h>

static bool
is(time_t seconds, const char *expected)
{
	char words[KEYLINE_AGE_SIZE];

	keyline_age(1000000 - seconds, 1000000, words);
	return strcmp(words, expected) == 0;
}

static void
an_age_is_told_in_its_largest_unit(void)
{
	CHECK(is(0, "just now"));
	CHECK(is(59, "just now"));
	CHECK(is(-100000, "just now"));
	CHECK(is(60, "1 minute ago"));
	CHECK(is(3599, "59 minutes ago"));
	CHECK(is(3600, "1 hour ago"));
	CHECK(is(86399, "23 hours ago"));
	CHECK(is(86400 * 10, "10 days ago"));
}

int
main(void)
{
	TEST(an_age_is_told_in_its_largest_unit);
	return check_done();
}
