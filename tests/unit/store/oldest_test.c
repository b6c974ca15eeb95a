/* SPDX-License-Identifier: ISC */
#include "store/oldest.h"

#include "check.h"
#include "tempdir.h"

#include <stdbool.h>
#include <sys/stat.h>

/* Makes a file that was changed then. */
static void
aged(const struct tempdir *d, const char *name, time_t seconds, long nanoseconds)
{
	const struct timespec times[2] = { { seconds, nanoseconds }, { seconds, nanoseconds } };

	close(openat(d->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	CHECK(utimensat(d->fd, name, times, 0) == 0);
}

static bool
is_there(const struct tempdir *d, const char *name)
{
	return faccessat(d->fd, name, F_OK, 0) == 0;
}

static void
one_makes_room_where_there_are_more(void)
{
	struct tempdir d = tempdir_new();

	aged(&d, "a", 30, 0);
	aged(&d, "b", 10, 0);
	aged(&d, "c", 20, 0);
	oldest_remove(d.fd, 3);
	CHECK(is_there(&d, "a") && is_there(&d, "b") && is_there(&d, "c"));
	oldest_remove(d.fd, 1);
	CHECK(is_there(&d, "a") && !is_there(&d, "b") && is_there(&d, "c"));
	oldest_remove(d.fd, 1);
	CHECK(is_there(&d, "a") && !is_there(&d, "c"));
	oldest_remove(d.fd, 1);
	CHECK(is_there(&d, "a"));
	tempdir_drop(&d);
}

static void
less_than_a_second_is_older(void)
{
	struct tempdir d = tempdir_new();

	aged(&d, "a", 10, 2);
	aged(&d, "b", 10, 1);
	aged(&d, "c", 10, 3);
	aged(&d, "d", 11, 0);
	oldest_remove(d.fd, 3);
	CHECK(is_there(&d, "a") && !is_there(&d, "b") && is_there(&d, "c") && is_there(&d, "d"));
	tempdir_drop(&d);
}

static void
a_hidden_file_does_not_count(void)
{
	struct tempdir d = tempdir_new();

	aged(&d, ".lock", 5, 0);
	aged(&d, "a", 10, 0);
	oldest_remove(d.fd, 1);
	CHECK(is_there(&d, ".lock") && is_there(&d, "a"));
	oldest_remove(d.fd, 0);
	CHECK(is_there(&d, ".lock") && !is_there(&d, "a"));
	tempdir_drop(&d);
}

int
main(void)
{
	TEST(one_makes_room_where_there_are_more);
	TEST(less_than_a_second_is_older);
	TEST(a_hidden_file_does_not_count);
	return check_done();
}
