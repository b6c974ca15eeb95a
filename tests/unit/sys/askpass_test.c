/* SPDX-License-Identifier: ISC */
#include "sys/askpass.h"

#include "check.h"
#include "tempdir.h"

#include <sys/stat.h>

/* Wait statuses: of an exit, and of a signal. */
#define EXITED(n) ((n) << 8)
#define KILLED(n) (n)

static void
set(const char *name, const char *value)
{
	if (value == NULL)
		unsetenv(name);
	else
		setenv(name, value, 1);
}

static void
surroundings(const char *askpass, const char *require, const char *display, const char *wayland)
{
	set("SSH_ASKPASS", askpass);
	set("SSH_ASKPASS_REQUIRE", require);
	set("DISPLAY", display);
	set("WAYLAND_DISPLAY", wayland);
}

static void
yes_is_an_empty_line_or_yes_and_success(void)
{
	CHECK(askpass_is_yes(EXITED(0), ""));
	CHECK(askpass_is_yes(EXITED(0), "\n"));
	CHECK(askpass_is_yes(EXITED(0), "\r\nno"));
	CHECK(askpass_is_yes(EXITED(0), "yes"));
	CHECK(askpass_is_yes(EXITED(0), "yes\n"));
	CHECK(askpass_is_yes(EXITED(0), "Yes\r\n"));
}

static void
all_else_is_no(void)
{
	CHECK(!askpass_is_yes(EXITED(1), "yes\n"));
	CHECK(!askpass_is_yes(EXITED(255), ""));
	CHECK(!askpass_is_yes(KILLED(9), "yes\n"));
	CHECK(!askpass_is_yes(EXITED(0), "no\n"));
	CHECK(!askpass_is_yes(EXITED(0), "ye"));
	CHECK(!askpass_is_yes(EXITED(0), "yess\n"));
	CHECK(!askpass_is_yes(EXITED(0), " yes\n"));
	CHECK(!askpass_is_yes(EXITED(0), "yes \n"));
	CHECK(!askpass_is_yes(EXITED(0), "no\nyes\n"));
}

static void
a_display_is_one_that_is_named_or_not_needed(void)
{
	surroundings(NULL, NULL, NULL, NULL);
	CHECK(!askpass_has_display());
	surroundings(NULL, NULL, "", "");
	CHECK(!askpass_has_display());
	surroundings(NULL, "prefer", NULL, NULL);
	CHECK(!askpass_has_display());
	surroundings(NULL, NULL, ":0", NULL);
	CHECK(askpass_has_display());
	surroundings(NULL, NULL, NULL, "wayland-0");
	CHECK(askpass_has_display());
	surroundings(NULL, "force", NULL, NULL);
	CHECK(askpass_has_display());
}

static void
the_program_that_is_named_is_the_only_one(void)
{
	struct tempdir d = tempdir_new();
	char program[64], found[64];

	snprintf(program, sizeof(program), "%s/mine", d.path);
	close(open(program, O_CREAT | O_WRONLY, 0755));
	surroundings(program, NULL, ":0", NULL);
	CHECK(askpass_find(found, sizeof(found)) && strcmp(found, program) == 0);
	surroundings(program, "never", ":0", NULL);
	CHECK(!askpass_find(found, sizeof(found)));
	surroundings("/nowhere/askpass", NULL, ":0", NULL);
	CHECK(!askpass_find(found, sizeof(found)));
	chmod(program, 0644);
	surroundings(program, NULL, ":0", NULL);
	CHECK(!askpass_find(found, sizeof(found)) || geteuid() == 0);
	tempdir_drop(&d);
}

static void
a_bare_name_is_looked_for_in_path(void)
{
	struct tempdir d = tempdir_new();
	char program[64], found[64], path[96];

	snprintf(program, sizeof(program), "%s/mine", d.path);
	close(open(program, O_CREAT | O_WRONLY, 0755));
	snprintf(path, sizeof(path), "/nowhere::%s:/usr/bin", d.path);
	setenv("PATH", path, 1);
	surroundings("mine", NULL, ":0", NULL);
	CHECK(askpass_find(found, sizeof(found)) && strcmp(found, program) == 0);
	setenv("PATH", "/nowhere:", 1);
	CHECK(!askpass_find(found, sizeof(found)));
	CHECK(!askpass_find(found, 3));
	CHECK(chdir(d.path) == 0);
	setenv("PATH", "::", 1);
	CHECK(!askpass_find(found, sizeof(found)));
	CHECK(chdir("/") == 0);
	setenv("PATH", "/usr/bin:/bin", 1);
	tempdir_drop(&d);
}

int
main(void)
{
	TEST(yes_is_an_empty_line_or_yes_and_success);
	TEST(all_else_is_no);
	TEST(a_display_is_one_that_is_named_or_not_needed);
	TEST(the_program_that_is_named_is_the_only_one);
	TEST(a_bare_name_is_looked_for_in_path);
	return check_done();
}
