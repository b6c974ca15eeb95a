/* SPDX-License-Identifier: ISC */
/*
 * What a unit test is made of: functions that CHECK, each run by TEST() in main, each one line of output, "ok
 * NAME" or "not ok NAME".
 * A test that fails says where on standard error. main ends with `return check_done();`.
 */
#ifndef QSSH_CHECK_H
#define QSSH_CHECK_H

#include <stdio.h>
#include <stdlib.h>

static int check_failed; /* in this test */
static int check_failures; /* tests that failed */

#define CHECK(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			check_failed = 1; \
		} \
	} while (0)

#define TEST(fn) \
	do { \
		check_failed = 0; \
		fn(); \
		printf("%s %s\n", check_failed ? "not ok" : "ok", #fn); \
		fflush(stdout); \
		check_failures += check_failed; \
	} while (0)

static inline int
check_done(void)
{
	return check_failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
