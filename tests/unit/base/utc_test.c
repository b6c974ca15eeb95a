/* SPDX-License-Identifier: ISC */
#include "base/utc.h"

#include "check.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

static bool
is_as_the_library_says(uint64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	struct utc u;

	return utc_of(seconds, &u) == 0 && gmtime_r(&t, &tm) != NULL && u.year == (unsigned)tm.tm_year + 1900 &&
	       u.month == (unsigned)tm.tm_mon + 1 && u.day == (unsigned)tm.tm_mday && u.hour == (unsigned)tm.tm_hour &&
	       u.minute == (unsigned)tm.tm_min && u.second == (unsigned)tm.tm_sec;
}

static void
each_day_until_2401_is_as_the_library_says(void)
{
	for (uint64_t day = 0; day < 431u * 366; day++)
		CHECK(is_as_the_library_says(day * 86400) && is_as_the_library_says(day * 86400 + 86399));
}

static void
each_second_of_a_day_is_as_the_library_says(void)
{
	for (uint64_t second = 0; second < 86400; second++)
		CHECK(is_as_the_library_says(1709164800 + second)); /* 2024-02-29 */
}

static void
the_year_9999_is_the_last(void)
{
	struct utc u;

	CHECK(is_as_the_library_says(UTC_END - 1));
	CHECK(utc_of(UTC_END - 1, &u) == 0 && u.year == 9999 && u.month == 12 && u.day == 31);
	CHECK(utc_of(UTC_END, &u) == -ERANGE);
	CHECK(utc_of(UINT64_MAX, &u) == -ERANGE);
}

int
main(void)
{
	TEST(each_day_until_2401_is_as_the_library_says);
	TEST(each_second_of_a_day_is_as_the_library_says);
	TEST(the_year_9999_is_the_last);
	return check_done();
}
