/* SPDX-License-Identifier: ISC */
#include "store/throttle.h"

#include "check.h"
#include "tempdir.h"

#include <sys/stat.h>

#define START 1000000

static void
a_few_refusals_are_shown_one_by_one(void)
{
	struct tempdir d = tempdir_new();
	int64_t due;

	for (unsigned i = 0; i < FLOOD_SINGLE; i++)
		CHECK(flood_take(d.fd, "work", 1, START + i, &due) && due == 0);
	CHECK(!flood_take(d.fd, "work", 1, START + 10, &due) && due == START + 10 + FLOOD_WAIT_MS);
	CHECK(flood_take(d.fd, "dev", 1, START + 10, &due));
	tempdir_drop(&d);
}

static void
a_thousand_in_a_second_are_shown_as_a_handful(void)
{
	struct tempdir d = tempdir_new();
	unsigned shown = 0, told = 0, held = 0;
	int64_t due, tell = 0;

	for (int i = 0; i < 1000; i++) {
		shown += flood_take(d.fd, "work", 1, START + i, &due);
		if (due != 0) {
			tell = due;
			told++;
		}
	}
	CHECK(shown == FLOOD_SINGLE && told == 1);
	held = flood_collect(d.fd, "work", tell);
	CHECK(shown + held == 1000);
	CHECK(!flood_take(d.fd, "work", 1, tell, &due) && due == tell + 2 * FLOOD_WAIT_MS);
	CHECK(flood_collect(d.fd, "work", due) == 1);
	CHECK(flood_collect(d.fd, "work", due) == 0);
	tempdir_drop(&d);
}

/* One refusal every 100 ms for an hour. */
static void
a_lasting_flood_is_told_ever_less_often(void)
{
	struct tempdir d = tempdir_new();
	unsigned shown = 0, told = 0;
	int64_t due, tell = 0;

	for (int64_t now = START; now < START + 3600 * 1000; now += 100) {
		if (tell != 0 && now >= tell) {
			CHECK(flood_collect(d.fd, "work", now) > 0);
			tell = 0;
			told++;
		}
		shown += flood_take(d.fd, "work", 1, now, &due);
		if (due != 0)
			tell = due;
	}
	CHECK(shown == FLOOD_SINGLE);
	CHECK(told >= 55 && told <= 66);
	tempdir_drop(&d);
}

static void
refusals_that_come_as_a_number_are_all_counted(void)
{
	struct tempdir d = tempdir_new();
	int64_t due;

	CHECK(flood_take(d.fd, "work", 10, START, &due) && due == START + FLOOD_WAIT_MS);
	CHECK(flood_take(d.fd, "work", 1, START, &due) && due == 0);
	CHECK(flood_take(d.fd, "work", 1, START, &due) && due == 0);
	CHECK(!flood_take(d.fd, "work", 5, START, &due) && due == 0);
	CHECK(flood_collect(d.fd, "work", START) == 14);
	tempdir_drop(&d);
}

static void
after_a_calm_they_are_shown_one_by_one_again(void)
{
	struct tempdir d = tempdir_new();
	int64_t due, now = START;

	for (unsigned i = 0; i < FLOOD_SINGLE + 5; i++)
		(void)flood_take(d.fd, "work", 1, now, &due);
	now += FLOOD_CALM_MS - 1;
	CHECK(!flood_take(d.fd, "work", 1, now, &due));
	CHECK(flood_take(d.fd, "work", 1, now + FLOOD_CALM_MS, &due));
	tempdir_drop(&d);
}

static void
what_nobody_lived_to_tell_is_told_by_the_next(void)
{
	struct tempdir d = tempdir_new();
	int64_t due, first;

	for (unsigned i = 0; i < FLOOD_SINGLE; i++)
		(void)flood_take(d.fd, "work", 1, START, &due);
	(void)flood_take(d.fd, "work", 1, START, &first);
	CHECK(first != 0);
	CHECK(!flood_take(d.fd, "work", 1, first, &due) && due == 0);
	CHECK(!flood_take(d.fd, "work", 1, first + FLOOD_WAIT_MS + 1, &due) && due != 0);
	CHECK(flood_collect(d.fd, "work", due) == 3);
	tempdir_drop(&d);
}

static void
a_file_that_can_not_be_used_counts_as_a_flood(void)
{
	struct tempdir d = tempdir_new();
	char path[64];
	int64_t due = 1;

	snprintf(path, sizeof(path), "%s/work", d.path);
	CHECK(mkdir(path, 0700) == 0);
	CHECK(!flood_take(d.fd, "work", 1, START, &due) && due == 0);
	CHECK(flood_collect(d.fd, "work", START) == 0);
	tempdir_drop(&d);
}

static void
the_same_words_are_shown_once_in_a_while(void)
{
	struct tempdir d = tempdir_new();

	CHECK(flood_once(d.fd, "no agent", START));
	CHECK(!flood_once(d.fd, "no agent", START + 1));
	CHECK(!flood_once(d.fd, "no agent", START + FLOOD_ONCE_MS - 1));
	CHECK(flood_once(d.fd, "broken rules", START + 1));
	CHECK(flood_once(d.fd, "no agent", START + FLOOD_ONCE_MS));
	CHECK(!flood_once(d.fd, "no agent", START + FLOOD_ONCE_MS + 1));
	tempdir_drop(&d);
}

static void
the_oldest_words_are_forgotten_first(void)
{
	struct tempdir d = tempdir_new();
	char words[16];

	for (unsigned i = 0; i <= FLOOD_ONCE_MAX; i++) {
		snprintf(words, sizeof(words), "words %u", i);
		CHECK(flood_once(d.fd, words, START + i));
	}
	CHECK(!flood_once(d.fd, "words 1", START + 100));
	CHECK(flood_once(d.fd, "words 0", START + 100));
	tempdir_drop(&d);
}

int
main(void)
{
	TEST(a_few_refusals_are_shown_one_by_one);
	TEST(a_thousand_in_a_second_are_shown_as_a_handful);
	TEST(a_lasting_flood_is_told_ever_less_often);
	TEST(refusals_that_come_as_a_number_are_all_counted);
	TEST(after_a_calm_they_are_shown_one_by_one_again);
	TEST(what_nobody_lived_to_tell_is_told_by_the_next);
	TEST(a_file_that_can_not_be_used_counts_as_a_flood);
	TEST(the_same_words_are_shown_once_in_a_while);
	TEST(the_oldest_words_are_forgotten_first);
	return check_done();
}
