/* SPDX-License-Identifier: ISC */
#include "check.h"
#include "scratch.h"
#include "ssh/signdata.h"
#include "store/rate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/time.h>

#define NOW 1700000000u

/* A fresh state directory for each test, and a client's file in it. */
static char state[64];

static void
state_make(void)
{
	static unsigned next;

	snprintf(state, sizeof(state), "%s/%u", scratch_dir, next++);
	if (mkdir(state, 0700) == -1)
		abort();
}

static int
opened(const char *client)
{
	int fd = rate_open(state, client);

	if (fd < 0)
		abort();
	return fd;
}

static void
as_many_as_count_are_taken_in_the_time(void)
{
	int fd;

	state_make();
	fd = opened("work");
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW) == 1);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 30) == 1);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 30) == 0);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 59) == 0);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 60) == 1);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 89) == 0);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 90) == 1);
	close(fd);
}

static void
what_was_refused_is_not_counted(void)
{
	int fd;

	state_make();
	fd = opened("work");
	CHECK(rate_take(fd, PURPOSE_LOGIN, 1, 60, NOW) == 1);
	for (unsigned i = 0; i < 60; i++)
		CHECK(rate_take(fd, PURPOSE_LOGIN, 1, 60, NOW + i) == 0);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 1, 60, NOW + 60) == 1);
	close(fd);
}

static void
a_rule_with_another_rate_counts_the_same_signatures(void)
{
	int fd;

	state_make();
	fd = opened("work");
	CHECK(rate_take(fd, PURPOSE_LOGIN, 3, 3600, NOW) == 1 && rate_take(fd, PURPOSE_LOGIN, 3, 3600, NOW + 1) == 1);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 2) == 0);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 3, 60, NOW + 2) == 1);
	close(fd);
}

static void
connections_share_and_clients_do_not(void)
{
	int fd, again, other;

	state_make();
	fd = opened("work");
	again = opened("work");
	other = opened("play");
	CHECK(rate_take(fd, PURPOSE_LOGIN, 1, 60, NOW) == 1);
	CHECK(rate_take(again, PURPOSE_LOGIN, 1, 60, NOW) == 0);
	CHECK(rate_take(other, PURPOSE_LOGIN, 1, 60, NOW) == 1);
	close(fd);
	close(again);
	close(other);
}

static void
a_clock_that_was_set_back_frees_nothing(void)
{
	int fd;

	state_make();
	fd = opened("work");
	CHECK(rate_take(fd, PURPOSE_LOGIN, 1, 60, NOW) == 1);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 1, 60, NOW - 86400) == 0);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 1, 60, 0) == 0);
	close(fd);
}

static void
the_newest_are_kept(void)
{
	struct stat st;
	int fd;

	state_make();
	fd = opened("work");
	for (unsigned i = 0; i < RATE_MAX; i++)
		CHECK(rate_take(fd, PURPOSE_OPAQUE, RATE_MAX, 3600, NOW + i) == 1);
	CHECK(rate_take(fd, PURPOSE_OPAQUE, RATE_MAX, 3600, NOW + RATE_MAX) == 0);
	CHECK(fstat(fd, &st) == 0 && st.st_size == (off_t)RATE_MAX * 8);
	/* The first is no longer in the time, and makes room; of the others none was lost. */
	CHECK(rate_take(fd, PURPOSE_OPAQUE, RATE_MAX, 3600, NOW + 3600) == 1);
	CHECK(rate_take(fd, PURPOSE_OPAQUE, RATE_MAX, 3600, NOW + 3600) == 0);
	CHECK(fstat(fd, &st) == 0 && st.st_size == (off_t)RATE_MAX * 8);
	CHECK(rate_take(fd, PURPOSE_OPAQUE, RATE_MAX, 3600, NOW + 3601) == 1);
	close(fd);
}

static void
a_torn_file_counts_what_is_whole(void)
{
	int fd;

	state_make();
	fd = opened("work");
	CHECK(rate_take(fd, PURPOSE_OPAQUE, 9, 60, NOW) == 1);
	CHECK(ftruncate(fd, 13) == 0);
	CHECK(rate_take(fd, PURPOSE_OPAQUE, 1, 60, NOW) == 0);
	CHECK(rate_take(fd, PURPOSE_OPAQUE, 2, 60, NOW) == 1);
	CHECK(rate_take(fd, PURPOSE_OPAQUE, 2, 60, NOW) == 0);
	close(fd);
}

static void
what_can_not_be_counted_is_an_error(void)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	CHECK(rate_take(-1, PURPOSE_LOGIN, 1, 60, NOW) == -EBADF);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 1, 60, NOW) == -EBADF);
	close(fd);
	fd = open("/dev/full", O_RDWR | O_CLOEXEC);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 1000, 1, NOW) < 0);
	close(fd);
}

static void
the_file_is_ours_alone_and_no_link(void)
{
	char path[128];
	struct stat st;
	int fd;

	state_make();
	umask(0);
	fd = opened("work");
	CHECK(fstat(fd, &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	close(fd);
	snprintf(path, sizeof(path), "%s/rates", state);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700);
	snprintf(path, sizeof(path), "%s/rates/linked", state);
	CHECK(symlink("work", path) == 0);
	CHECK(rate_open(state, "linked") == -ELOOP);
	CHECK(rate_open("/nonexistent", "work") == -ENOENT);
}

/* Makes a client's file as old as it is told. */
static void
aged(unsigned number, time_t when)
{
	const struct timeval times[2] = { { when, 0 }, { when, 0 } };
	char client[32], path[128];

	snprintf(client, sizeof(client), "disp%u", number);
	close(opened(client));
	snprintf(path, sizeof(path), "%s/rates/%s", state, client);
	CHECK(utimes(path, times) == 0);
}

static bool
is_there(const char *client)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/rates/%s", state, client);
	return access(path, F_OK) == 0;
}

static void
the_client_that_signed_longest_ago_makes_room(void)
{
	state_make();
	for (unsigned i = 0; i < RATE_CLIENTS; i++)
		aged(i, i == 77 ? NOW - 1000 : NOW + i);
	CHECK(is_there("disp77") && is_there("disp0"));
	close(opened("one-more"));
	CHECK(is_there("one-more") && !is_there("disp77") && is_there("disp0") && is_there("disp255"));
	close(opened("disp255"));
	CHECK(is_there("disp0"));
}

static void
purposes_are_counted_apart(void)
{
	int fd;

	state_make();
	fd = opened("work");
	for (unsigned i = 0; i < 2 * RATE_MAX; i++)
		(void)rate_take(fd, PURPOSE_SSHSIG, RATE_MAX, 60, NOW + i / 100);
	CHECK(rate_take(fd, PURPOSE_SSHSIG, RATE_MAX, 60, NOW + 20) == 0);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 20) == 1);
	CHECK(rate_take(fd, PURPOSE_OPAQUE, 1, 60, NOW + 20) == 1);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 21) == 1);
	CHECK(rate_take(fd, PURPOSE_LOGIN, 2, 60, NOW + 22) == 0);
	CHECK(rate_take(fd, PURPOSE_PAM, 1, 60, NOW + 22) == 1);
	CHECK(rate_take(fd, PURPOSE_PAM, 1, 60, NOW + 23) == 0);
	close(fd);
}

int
main(void)
{
	scratch_make();
	TEST(purposes_are_counted_apart);
	TEST(as_many_as_count_are_taken_in_the_time);
	TEST(what_was_refused_is_not_counted);
	TEST(a_rule_with_another_rate_counts_the_same_signatures);
	TEST(connections_share_and_clients_do_not);
	TEST(a_clock_that_was_set_back_frees_nothing);
	TEST(the_newest_are_kept);
	TEST(a_torn_file_counts_what_is_whole);
	TEST(what_can_not_be_counted_is_an_error);
	TEST(the_file_is_ours_alone_and_no_link);
	TEST(the_client_that_signed_longest_ago_makes_room);
	return check_done();
}
