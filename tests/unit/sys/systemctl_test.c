/* SPDX-License-Identifier: ISC */
#include "check.h"
#include "sys/systemctl.h"

#include <errno.h>
#include <string.h>

static const char ENVIRONMENT[] = "HOME=/home/user\n"
				  "XDISPLAY=:9\n"
				  "DISPLAY=:0\n"
				  "QUOTED=$'a b'\n"
				  "EMPTY=\n"
				  "DISPLAYS=no\n"
				  "LAST=end";

static int
value_is(const char *name, const char *want)
{
	char value[16];

	return manager_value(ENVIRONMENT, name, value, sizeof(value)) == 0 && strcmp(value, want) == 0;
}

static void
whole_names_only(void)
{
	CHECK(value_is("DISPLAY", ":0"));
	CHECK(value_is("HOME", "/home/user"));
	CHECK(value_is("EMPTY", ""));
	CHECK(value_is("LAST", "end"));
	CHECK(!value_is("PLAY", ":0"));
	CHECK(!value_is("AST", "end"));
}

static void
what_is_not_there(void)
{
	char value[16] = "before";

	CHECK(manager_value(ENVIRONMENT, "WAYLAND_DISPLAY", value, sizeof(value)) == -ENOENT);
	CHECK(manager_value("", "HOME", value, sizeof(value)) == -ENOENT);
	CHECK(strcmp(value, "before") == 0);
}

static void
a_quoted_value_is_not_taken(void)
{
	char value[16];

	CHECK(manager_value(ENVIRONMENT, "QUOTED", value, sizeof(value)) == -ENOENT);
}

static void
a_long_value_is_not_cut(void)
{
	char value[11];

	CHECK(manager_value(ENVIRONMENT, "HOME", value, sizeof(value)) == 0);
	CHECK(manager_value(ENVIRONMENT, "HOME", value, sizeof(value) - 1) == -ENOENT);
}

int
main(void)
{
	TEST(whole_names_only);
	TEST(what_is_not_there);
	TEST(a_quoted_value_is_not_taken);
	TEST(a_long_value_is_not_cut);
	return check_done();
}
