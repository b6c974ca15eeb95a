/* SPDX-License-Identifier: ISC */
#include "store/unlock.h"

#include "base/limits.h"
#include "check.h"
#include "tempdir.h"

#define START 10000000

static void
all_wait_and_one_tells(void)
{
	struct tempdir d = tempdir_new();

	CHECK(unlock_begin(d.fd, START) == UNLOCK_TELL);
	CHECK(unlock_begin(d.fd, START) == UNLOCK_WAIT);
	CHECK(unlock_begin(d.fd, START + LIMIT_UNLOCK_MS - 1) == UNLOCK_WAIT);
	tempdir_drop(&d);
}

static void
nobody_waits_soon_after_a_wait_in_vain(void)
{
	struct tempdir d = tempdir_new();

	CHECK(unlock_begin(d.fd, START) == UNLOCK_TELL);
	CHECK(unlock_begin(d.fd, START + LIMIT_UNLOCK_MS) == UNLOCK_VAIN);
	CHECK(unlock_begin(d.fd, START + UNLOCK_VAIN_MS - 1) == UNLOCK_VAIN);
	CHECK(unlock_begin(d.fd, START + UNLOCK_VAIN_MS) == UNLOCK_TELL);
	unlock_end(d.fd, false, START + UNLOCK_VAIN_MS + 5);
	CHECK(unlock_begin(d.fd, START + UNLOCK_VAIN_MS + 6) == UNLOCK_VAIN);
	tempdir_drop(&d);
}

static void
after_keys_came_it_is_told_anew(void)
{
	struct tempdir d = tempdir_new();

	CHECK(unlock_begin(d.fd, START) == UNLOCK_TELL);
	unlock_end(d.fd, true, START + 10);
	CHECK(unlock_begin(d.fd, START + 11) == UNLOCK_TELL);
	CHECK(unlock_begin(-1, START) == UNLOCK_VAIN);
	/* Of another boot. */
	CHECK(unlock_begin(d.fd, 5) == UNLOCK_TELL);
	tempdir_drop(&d);
}

int
main(void)
{
	TEST(all_wait_and_one_tells);
	TEST(nobody_waits_soon_after_a_wait_in_vain);
	TEST(after_keys_came_it_is_told_anew);
	return check_done();
}
