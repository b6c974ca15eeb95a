/* SPDX-License-Identifier: ISC */
#include "store/brake.h"

#include "check.h"
#include "tempdir.h"

#include <errno.h>
#include <sys/stat.h>

static struct tempdir dir;
static struct brake work, play;

static bool
says(const struct brake *b, const char *words)
{
	const char *why = brake_reason(b);

	return words == NULL ? why == NULL : why != NULL && strstr(why, words) != NULL;
}

static void
nothing_is_locked_at_first(void)
{
	CHECK(brake_open(&work, dir.path, span_of("work")) == 0 && brake_open(&play, dir.path, span_of("play")) == 0);
	CHECK(says(&work, NULL) && says(&play, NULL));
	CHECK(brake_set(dir.path, NULL, false) == 0 && brake_set(dir.path, "work", false) == 0);
}

static void
one_client_is_locked_and_the_others_are_not(void)
{
	CHECK(brake_set(dir.path, "work", true) == 1 && brake_set(dir.path, "work", true) == 0);
	CHECK(says(&work, "this qube is locked; 'qssh-vault unlock --for work' lifts that") && says(&play, NULL));
}

static void
the_whole_is_locked_for_who_has_it_open_already(void)
{
	CHECK(brake_set(dir.path, NULL, true) == 1);
	CHECK(says(&work, "this vault is locked; 'qssh-vault unlock' lifts that") && says(&play, "vault is locked"));
	CHECK(brake_set(dir.path, NULL, false) == 1);
	CHECK(says(&work, "this qube is locked") && says(&play, NULL));
	CHECK(brake_set(dir.path, "work", false) == 1 && says(&work, NULL));
}

static void
a_lock_stays_for_who_comes_later(void)
{
	struct brake later;

	CHECK(brake_set(dir.path, "new", true) == 1);
	CHECK(brake_open(&later, dir.path, span_of("new")) == 0 && says(&later, "--for new"));
}

static void
what_can_not_be_read_locks(void)
{
	struct brake b;
	char path[64];

	alarm(10);
	CHECK(brake_open(&b, "/dev/null/x", span_of("work")) == -ENOTDIR && says(&b, "can't be read"));
	snprintf(path, sizeof(path), "%s/record/odd", dir.path);
	CHECK(mkdir(path, 0700) == 0);
	snprintf(path, sizeof(path), "%s/record/odd/locked", dir.path);
	CHECK(mkfifo(path, 0600) == 0);
	CHECK(brake_open(&b, dir.path, span_of("odd")) == -EINVAL && says(&b, "can't be read"));
	CHECK(brake_set(dir.path, "odd", true) == -EINVAL);
	alarm(0);
}

int
main(void)
{
	dir = tempdir_new();
	TEST(nothing_is_locked_at_first);
	TEST(one_client_is_locked_and_the_others_are_not);
	TEST(the_whole_is_locked_for_who_has_it_open_already);
	TEST(a_lock_stays_for_who_comes_later);
	TEST(what_can_not_be_read_locks);
	tempdir_drop(&dir);
	return check_done();
}
