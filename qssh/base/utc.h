/* SPDX-License-Identifier: ISC */
/*
 * A date and time of day in UTC. Pure.
 * Unlike gmtime(3), which opens the time zone's file when it is first called, it also works after confinement, and
 * takes a new process no time.
 */
#ifndef QSSH_BASE_UTC_H
#define QSSH_BASE_UTC_H

#include <stdint.h>

/* Where the year 10000 begins, in seconds since 1970: the first that is not told. */
#define UTC_END 253402300800u

/* Month and day count from 1, years from the birth of Christ. */
struct utc {
	unsigned year, month, day, hour, minute, second;
};

/* seconds since 1970-01-01T00:00:00Z, without leap seconds, as time(2) counts them. 0 or -ERANGE. */
int utc_of(uint64_t seconds, struct utc *u);

#endif
