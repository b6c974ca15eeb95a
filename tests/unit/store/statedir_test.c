/* SPDX-License-Identifier: ISC */
#include "store/statedir.h"

#include "check.h"

#include <string.h>

static void
it_lies_below_the_home(void)
{
	char path[STATEDIR_SIZE];

	statedir_path(path, "/home/user");
	CHECK(strcmp(path, "/home/user/.local/state/qssh") == 0);
	statedir_path(path, NULL);
	CHECK(strcmp(path, "/.local/state/qssh") == 0);
}

static void
a_home_that_is_too_long_is_cut(void)
{
	static char home[2 * STATEDIR_SIZE];
	char path[STATEDIR_SIZE];

	memset(home, 'h', sizeof(home) - 1);
	statedir_path(path, home);
	CHECK(strlen(path) == STATEDIR_SIZE - 1);
}

int
main(void)
{
	TEST(it_lies_below_the_home);
	TEST(a_home_that_is_too_long_is_cut);
	return check_done();
}
