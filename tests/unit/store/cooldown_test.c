/* SPDX-License-Identifier: ISC */
#include "store/cooldown.h"

#include "check.h"
#include "store/statefile.h"
#include "tempdir.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define START (100 * MINUTE)

/* Two requests. */
static const char A[SUBJECT_HEX] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char B[SUBJECT_HEX] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
static const char C[SUBJECT_HEX] = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
static const char D[SUBJECT_HEX] = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd";

static void
nothing_is_refused_at_first(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_check(d.fd, "work", A, START) == COOLDOWN_NONE);
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_YES, START) == 0);
	CHECK(cooldown_check(d.fd, "work", A, START) == COOLDOWN_NONE);
	tempdir_drop(&d);
}

static void
a_no_refuses_the_same_for_30_seconds(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START) == 0);
	CHECK(cooldown_check(d.fd, "work", A, START) == COOLDOWN_REQUEST);
	CHECK(cooldown_check(d.fd, "work", A, START + 30 * SECOND - 1) == COOLDOWN_REQUEST);
	CHECK(cooldown_check(d.fd, "work", A, START + 30 * SECOND) == COOLDOWN_NONE);
	tempdir_drop(&d);
}

static void
a_no_refuses_nothing_else(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START) == 0);
	CHECK(cooldown_check(d.fd, "work", B, START) == COOLDOWN_NONE);
	CHECK(cooldown_check(d.fd, "dev", A, START) == COOLDOWN_NONE);
	tempdir_drop(&d);
}

static void
a_timeout_allows_one_retry_at_once(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_TIMEOUT, START) == 0);
	CHECK(cooldown_check(d.fd, "work", A, START) == COOLDOWN_NONE);
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_TIMEOUT, START + MINUTE) == 0);
	CHECK(cooldown_check(d.fd, "work", A, START + MINUTE) == COOLDOWN_REQUEST);
	CHECK(cooldown_check(d.fd, "work", A, START + MINUTE + 30 * SECOND) == COOLDOWN_NONE);
	tempdir_drop(&d);
}

static void
a_yes_gives_the_retry_back(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_TIMEOUT, START) == 0);
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_YES, START + SECOND) == 0);
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_TIMEOUT, START + 2 * SECOND) == 0);
	CHECK(cooldown_check(d.fd, "work", A, START + 2 * SECOND) == COOLDOWN_NONE);
	tempdir_drop(&d);
}

static void
three_noes_or_timeouts_refuse_the_client_for_5_minutes(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START) == 0);
	CHECK(cooldown_note(d.fd, "work", B, COOLDOWN_TIMEOUT, START + MINUTE) == 0);
	CHECK(cooldown_check(d.fd, "work", C, START + MINUTE) == COOLDOWN_NONE);
	CHECK(cooldown_note(d.fd, "work", C, COOLDOWN_NO, START + 2 * MINUTE) == 1);
	CHECK(cooldown_check(d.fd, "work", A, START + 2 * MINUTE) == COOLDOWN_CLIENT);
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_WITHDRAWN, START + 2 * MINUTE) == 0);
	CHECK(cooldown_check(d.fd, "work", A, START + 7 * MINUTE - 1) == COOLDOWN_CLIENT);
	CHECK(cooldown_check(d.fd, "dev", A, START + 2 * MINUTE) == COOLDOWN_NONE);
	CHECK(cooldown_check(d.fd, "work", A, START + 7 * MINUTE) == COOLDOWN_NONE);
	/* One no after that is the first one again. */
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START + 8 * MINUTE) == 0);
	CHECK(cooldown_check(d.fd, "work", B, START + 8 * MINUTE) == COOLDOWN_NONE);
	tempdir_drop(&d);
}

static void
three_noes_over_more_than_5_minutes_do_not(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START) == 0);
	CHECK(cooldown_note(d.fd, "work", B, COOLDOWN_NO, START + MINUTE) == 0);
	CHECK(cooldown_note(d.fd, "work", C, COOLDOWN_NO, START + 5 * MINUTE) == 0);
	CHECK(cooldown_check(d.fd, "work", D, START + 5 * MINUTE) == COOLDOWN_NONE);
	/* but the third within 5 minutes of the second does */
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START + 6 * MINUTE - 1) == 1);
	tempdir_drop(&d);
}

static void
a_yes_between_does_not_excuse_the_noes(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START) == 0);
	CHECK(cooldown_note(d.fd, "work", B, COOLDOWN_YES, START + 1) == 0);
	CHECK(cooldown_note(d.fd, "work", B, COOLDOWN_NO, START + 2) == 0);
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_YES, START + 3) == 0);
	CHECK(cooldown_note(d.fd, "work", C, COOLDOWN_NO, START + 4) == 1);
	tempdir_drop(&d);
}

static void
flicker_refuses_the_client_too(void)
{
	struct tempdir d = tempdir_new();

	for (int i = 0; i < (int)COOLDOWN_WITHDRAWN_MAX - 1; i++)
		CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_WITHDRAWN, START + i) == 0);
	CHECK(cooldown_check(d.fd, "work", A, START + SECOND) == COOLDOWN_NONE);
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_WITHDRAWN, START + SECOND) == 1);
	CHECK(cooldown_check(d.fd, "work", B, START + SECOND) == COOLDOWN_CLIENT);
	tempdir_drop(&d);
}

static void
lifting_hears_the_client_again(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_lift(d.fd, "work") == 0);
	for (int i = 0; i < 3; i++)
		(void)cooldown_note(d.fd, "work", A, COOLDOWN_NO, START);
	(void)cooldown_note(d.fd, "dev", A, COOLDOWN_NO, START);
	CHECK(cooldown_check(d.fd, "work", B, START) == COOLDOWN_CLIENT);
	CHECK(cooldown_lift(d.fd, "work") == 1);
	CHECK(cooldown_check(d.fd, "work", A, START) == COOLDOWN_NONE);
	CHECK(cooldown_check(d.fd, "dev", A, START) == COOLDOWN_REQUEST);
	tempdir_drop(&d);
}

static void
a_moment_that_lies_ahead_counts_as_now(void)
{
	struct tempdir d = tempdir_new();

	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START) == 0);
	CHECK(cooldown_check(d.fd, "work", A, START - MINUTE) == COOLDOWN_REQUEST);
	tempdir_drop(&d);
}

static void
what_can_not_be_kept_is_an_error(void)
{
	struct tempdir d = tempdir_new();
	char path[64];

	snprintf(path, sizeof(path), "%s/work", d.path);
	CHECK(mkdir(path, 0700) == 0);
	CHECK(cooldown_check(d.fd, "work", A, START) < 0 || cooldown_note(d.fd, "work", A, COOLDOWN_NO, START) < 0);
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START) == -EISDIR);
	tempdir_drop(&d);
}

static bool
is_there(const struct tempdir *d, const char *client)
{
	return faccessat(d->fd, client, F_OK, 0) == 0;
}

static void
the_client_that_was_noted_longest_ago_makes_room(void)
{
	const struct timespec long_ago[2] = { { 1000, 0 }, { 1000, 0 } };
	struct tempdir d = tempdir_new();
	char client[16];

	for (unsigned i = 0; i < STATEFILE_MAX; i++) {
		snprintf(client, sizeof(client), "disp%u", i);
		CHECK(cooldown_note(d.fd, client, A, COOLDOWN_NO, START) == 0);
	}
	CHECK(utimensat(d.fd, "disp77", long_ago, 0) == 0);
	CHECK(cooldown_note(d.fd, "disp0", B, COOLDOWN_NO, START) == 0);
	CHECK(is_there(&d, "disp77"));
	CHECK(cooldown_note(d.fd, "work", A, COOLDOWN_NO, START) == 0);
	CHECK(!is_there(&d, "disp77") && is_there(&d, "disp0") && is_there(&d, "disp255") && is_there(&d, "work"));
	tempdir_drop(&d);
}

int
main(void)
{
	TEST(nothing_is_refused_at_first);
	TEST(a_no_refuses_the_same_for_30_seconds);
	TEST(a_no_refuses_nothing_else);
	TEST(a_timeout_allows_one_retry_at_once);
	TEST(a_yes_gives_the_retry_back);
	TEST(three_noes_or_timeouts_refuse_the_client_for_5_minutes);
	TEST(three_noes_over_more_than_5_minutes_do_not);
	TEST(a_yes_between_does_not_excuse_the_noes);
	TEST(flicker_refuses_the_client_too);
	TEST(lifting_hears_the_client_again);
	TEST(a_moment_that_lies_ahead_counts_as_now);
	TEST(what_can_not_be_kept_is_an_error);
	TEST(the_client_that_was_noted_longest_ago_makes_room);
	return check_done();
}
