/* SPDX-License-Identifier: ISC */
#include "sys/command.h"

#include "check.h"
#include "gone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char text[1024];

static int
sh(struct command *c, const char *script, int ms)
{
	const char *argv[] = { "sh", "-c", script, NULL };

	c->argv = argv;
	c->ms = ms;
	return command_read(c, text, sizeof(text));
}

static void
what_it_says_is_read_to_its_end(void)
{
	struct command c = { 0 };

	CHECK(sh(&c, "echo one; echo wrong >&2; sleep 0.05; echo two; exit 3", 5000) == 8);
	CHECK(strcmp(text, "one\ntwo\n") == 0 && c.status == 3);
	c.with_errors = true;
	CHECK(sh(&c, "echo wrong >&2", 5000) == 6 && strcmp(text, "wrong\n") == 0 && c.status == 0);
}

static void
its_input_is_empty_and_its_environment_ours_to_choose(void)
{
	static const char *const environment[] = { "QSSH_TEST=yes", "PATH=/usr/bin:/bin", NULL };
	struct command c = { .environment = environment };

	CHECK(sh(&c, "cat; echo $QSSH_TEST $HOME", 5000) == 4 && strcmp(text, "yes\n") == 0);
}

static void
a_late_program_is_killed(void)
{
	time_t begun = time(NULL);
	struct command c = { 0 };

	CHECK(sh(&c, "exec sleep 60", 50) == -ETIMEDOUT && c.status == 128 + 9);
	CHECK(sh(&c, "exec >/dev/null; exec sleep 60", 50) == -ETIMEDOUT);
	CHECK(time(NULL) - begun < 10);
}

static void
one_that_says_too_much_is_killed(void)
{
	struct command c = { 0 };

	CHECK(sh(&c, "exec yes", 5000) == -EFBIG);
}

static void
a_missing_program_is_an_error(void)
{
	static const char *const missing[] = { "/nonexistent/program", NULL };
	static const char *const quiet[] = { "sh", "-c", "yes | head -c 100000; exit 7", NULL };
	struct command c = { .argv = missing, .ms = 1000 };

	CHECK(command_read(&c, text, sizeof(text)) == -ENOENT);
	CHECK(command_run(&c) == -ENOENT);
	c.argv = quiet;
	c.ms = 5000;
	CHECK(command_run(&c) == 7);
}

static void
alone_it_takes_along_what_it_started(void)
{
	struct command c = { .alone = true };
	int pid;

	CHECK(sh(&c, "sleep 60 & echo $!; wait", 200) == -ETIMEDOUT);
	pid = (int)strtol(text, NULL, 10);
	CHECK(pid > 1);
	CHECK(gone(pid));
	CHECK(sh(&c, "cut -d' ' -f6 /proc/$$/stat; echo $$", 5000) > 0);
	CHECK(strtol(text, NULL, 10) == strtol(strchr(text, '\n') + 1, NULL, 10));
}

int
main(void)
{
	TEST(what_it_says_is_read_to_its_end);
	TEST(its_input_is_empty_and_its_environment_ours_to_choose);
	TEST(a_late_program_is_killed);
	TEST(alone_it_takes_along_what_it_started);
	TEST(one_that_says_too_much_is_killed);
	TEST(a_missing_program_is_an_error);
	return check_done();
}
