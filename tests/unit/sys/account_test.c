/* SPDX-License-Identifier: ISC */
#include "sys/account.h"

#include "check.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct account a;

static int
parsed(uid_t uid, const char *from)
{
	static char text[4096];

	snprintf(text, sizeof(text), "%s", from);
	memset(&a, 0, sizeof(a));
	return account_parse(&a, uid, text);
}

static void
a_user_is_found_by_number(void)
{
	static const char text[] = "root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000::/home/user:/bin/sh\n"
				   "again:x:1000:1000::/home/again:/bin/sh\nlast:x:1001:1:,,:/:";

	CHECK(parsed(1000, text) == 0 && strcmp(a.name, "user") == 0 && strcmp(a.home, "/home/user") == 0);
	CHECK(parsed(0, text) == 0 && strcmp(a.name, "root") == 0 && strcmp(a.home, "/root") == 0);
	CHECK(parsed(1001, text) == 0 && strcmp(a.name, "last") == 0 && strcmp(a.home, "/") == 0);
	CHECK(parsed(100, text) == -ENOENT);
	CHECK(parsed(1, text) == -ENOENT);
}

static void
a_line_of_another_shape_is_no_user(void)
{
	CHECK(parsed(0, "") == -ENOENT);
	CHECK(parsed(0, "+\n# x:x:0:0\nroot:x::0::/root:\nroot:x:-0:0::/root:\nroot:x:0x:0::/root:\n") == -ENOENT);
	CHECK(parsed(0, "root:x:0:0:root:/root\n") == -ENOENT);
	CHECK(parsed(0, "root:x:0:0:root\nb:x:0:0::/b:\n") == 0 && strcmp(a.name, "b") == 0);
}

static void
what_does_not_fit_is_no_user(void)
{
	char text[2048], home[ACCOUNT_HOME_SIZE + 1];

	memset(home, 'h', sizeof(home));
	home[ACCOUNT_HOME_SIZE] = '\0';
	snprintf(text, sizeof(text), "u:x:5:5::%s:/bin/sh", home);
	CHECK(parsed(5, text) == -ENOENT);
	home[ACCOUNT_HOME_SIZE - 1] = '\0';
	snprintf(text, sizeof(text), "u:x:5:5::%s:/bin/sh", home);
	CHECK(parsed(5, text) == 0 && strcmp(a.home, home) == 0);
}

static void
this_machines_own_are_as_libc_says(void)
{
	const struct passwd *pw = getpwuid(0);

	CHECK(pw != NULL && account_find(&a, 0) == 0);
	CHECK(pw != NULL && strcmp(a.name, pw->pw_name) == 0 && strcmp(a.home, pw->pw_dir) == 0);
	CHECK(account_find(&a, 4000000000u) == -ENOENT);
}

int
main(void)
{
	TEST(a_user_is_found_by_number);
	TEST(a_line_of_another_shape_is_no_user);
	TEST(what_does_not_fit_is_no_user);
	TEST(this_machines_own_are_as_libc_says);
	return check_done();
}
