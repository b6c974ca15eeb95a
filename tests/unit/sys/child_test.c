/* SPDX-License-Identifier: ISC */
#include "sys/child.h"

#include "check.h"
#include "tempdir.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int
start(struct child *c, const char *script)
{
	char sh[] = "/bin/sh", option[] = "-c", text[512];
	char *argv[] = { sh, option, text, NULL };

	snprintf(text, sizeof(text), "%s", script);
	return child_start(c, sh, argv, true);
}

static int
ended(const struct child *c, int ms)
{
	struct pollfd p = { .fd = c->pidfd, .events = POLLIN };

	return poll(&p, 1, ms) == 1;
}

static long
milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
its_status_and_output_are_taken(void)
{
	char output[64];
	struct child c;

	CHECK(start(&c, "echo yes; exit 3") == 0);
	CHECK(ended(&c, 5000));
	CHECK(child_take(&c, output, sizeof(output)) == 3 << 8);
	CHECK(strcmp(output, "yes\n") == 0);
	CHECK(c.pid == -1 && c.pidfd == -1 && c.out == -1);
}

static void
output_is_cut_to_its_room(void)
{
	char output[4];
	struct child c;

	CHECK(start(&c, "echo 123456789") == 0 && ended(&c, 5000));
	CHECK(child_take(&c, output, sizeof(output)) == 0);
	CHECK(strcmp(output, "123") == 0);
}

static void
what_can_not_be_run_ends_with_127(void)
{
	char path[] = "/nowhere/askpass";
	char *argv[] = { path, NULL };
	struct child c;

	CHECK(child_start(&c, path, argv, false) == 0 && ended(&c, 5000));
	CHECK(child_take(&c, NULL, 0) == 127 << 8);
}

/* The process that the script put into the background, whose number it wrote. */
static pid_t
written_pid(const struct child *c)
{
	char text[32] = "";

	for (int i = 0; i < 500 && read(c->out, text, sizeof(text) - 1) <= 0; i++)
		usleep(10000);
	return (pid_t)strtol(text, NULL, 10);
}

static bool
is_gone(pid_t pid)
{
	for (int i = 0; i < 300; i++) {
		if (kill(pid, 0) == -1 && errno == ESRCH)
			return true;
		usleep(10000);
	}
	return false;
}

static void
a_grandchild_that_keeps_the_output_delays_nothing_and_ends(void)
{
	struct child c;
	pid_t grandchild;
	long begin;

	CHECK(start(&c, "sleep 1000 & echo $!; sleep 0.2") == 0);
	grandchild = written_pid(&c);
	CHECK(grandchild > 1 && ended(&c, 5000));
	begin = milliseconds();
	CHECK(child_take(&c, (char[8]){ 0 }, 8) == 0);
	CHECK(milliseconds() - begin < 200);
	CHECK(is_gone(grandchild));
}

static void
ending_it_ends_its_group_even_against_its_will(void)
{
	struct child c;
	pid_t pid, grandchild;
	long begin = milliseconds();

	CHECK(start(&c, "trap '' TERM; sleep 1000 & echo $!; while :; do sleep 1000; done") == 0);
	pid = c.pid;
	grandchild = written_pid(&c);
	CHECK(grandchild > 1);
	child_end(&c);
	CHECK(is_gone(pid) && is_gone(grandchild));
	CHECK(milliseconds() - begin < 5000 + CHILD_GRACE_MS);
	CHECK(c.pid == -1);
	child_end(&c);
}

static void
it_may_end_by_itself_first(void)
{
	struct tempdir d = tempdir_new();
	char script[128], said[64];
	struct child c;
	char ready;

	snprintf(script, sizeof(script), "trap 'sleep 0.1; touch %s/said; exit' TERM; echo; sleep 1000 & wait", d.path);
	snprintf(said, sizeof(said), "%s/said", d.path);
	CHECK(start(&c, script) == 0);
	for (int i = 0; i < 500 && read(c.out, &ready, 1) <= 0; i++)
		usleep(10000);
	child_end(&c);
	CHECK(access(said, F_OK) == 0);
	tempdir_drop(&d);
}

static void
it_holds_no_descriptor_of_ours(void)
{
	char output[64];
	struct child c;
	int kept = dup(STDERR_FILENO);

	CHECK(start(&c, "ls /proc/self/fd | tr '\\n' ' '; readlink /proc/self/fd/0 /proc/self/fd/2") == 0);
	CHECK(ended(&c, 5000));
	(void)child_take(&c, output, sizeof(output));
	/* 3 is ls's own */
	CHECK(strcmp(output, "0 1 2 3 /dev/null\n/dev/null\n") == 0);
	close(kept);
}

static void
it_may_be_ended_by_signals_that_we_ignore(void)
{
	char output[8];
	struct child c;

	signal(SIGPIPE, SIG_IGN);
	CHECK(start(&c, "kill -PIPE $$") == 0 && ended(&c, 5000));
	CHECK(WTERMSIG(child_take(&c, output, sizeof(output))) == SIGPIPE);
}

int
main(void)
{
	TEST(its_status_and_output_are_taken);
	TEST(output_is_cut_to_its_room);
	TEST(what_can_not_be_run_ends_with_127);
	TEST(a_grandchild_that_keeps_the_output_delays_nothing_and_ends);
	TEST(ending_it_ends_its_group_even_against_its_will);
	TEST(it_may_end_by_itself_first);
	TEST(it_holds_no_descriptor_of_ours);
	TEST(it_may_be_ended_by_signals_that_we_ignore);
	return check_done();
}
