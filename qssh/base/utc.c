/* SPDX-License-Identifier: ISC */
#include "base/utc.h"

#include <errno.h>
#include <stdbool.h>

#define DAY 86400u

static bool
is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned
year_days(unsigned year)
{
	return is_leap(year) ? 366 : 365;
}

static unsigned
month_days(unsigned year, unsigned month)
{
	static const uint8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

int
utc_of(uint64_t seconds, struct utc *u)
{
	unsigned days = (unsigned)(seconds / DAY), rest = (unsigned)(seconds % DAY);

	if (seconds >= UTC_END)
		return -ERANGE;
	*u = (struct utc){ 1970, 1, 1, rest / 3600, rest / 60 % 60, rest % 60 };
	for (; days >= year_days(u->year); u->year++)
		days -= year_days(u->year);
	for (; days >= month_days(u->year, u->month); u->month++)
		days -= month_days(u->year, u->month);
	u->day += days;
	return 0;
}
