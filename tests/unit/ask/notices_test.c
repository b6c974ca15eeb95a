/* SPDX-License-Identifier: ISC */
#include "ask/notices.h"

#include "check.h"

#include <string.h>

/* Nothing is delivered here: what is queued, and in which order. */
static struct notices n;

static void
begin(void)
{
	notices_open(&n, "/nowhere");
}

static void
add(enum notice_kind kind, const char *word, unsigned i)
{
	char title[32];

	snprintf(title, sizeof(title), "%s %u", word, i);
	notices_add(&n, kind, title, "body");
}

static void
signatures_go_first_in_their_order(void)
{
	begin();
	add(NOTICE_OTHER, "refused", 0);
	add(NOTICE_OTHER, "refused", 1);
	add(NOTICE_SIGNED, "signed", 0);
	add(NOTICE_OTHER, "refused", 2);
	add(NOTICE_SIGNED, "signed", 1);
	CHECK(n.count == 5);
	CHECK(strcmp(n.queue[0].title, "signed 0") == 0 && strcmp(n.queue[1].title, "signed 1") == 0);
	CHECK(strcmp(n.queue[2].title, "refused 0") == 0 && strcmp(n.queue[4].title, "refused 2") == 0);
}

static void
what_is_to_be_done_now_goes_before_all_others(void)
{
	begin();
	for (unsigned i = 0; i < NOTICES_MAX; i++)
		add(NOTICE_OTHER, "refused", i);
	add(NOTICE_NOW, "touch", 0);
	CHECK(n.count == NOTICES_MAX && n.missed[NOTICE_OTHER] == 1 && strcmp(n.queue[0].title, "touch 0") == 0);
	add(NOTICE_SIGNED, "signed", 0);
	CHECK(strcmp(n.queue[0].title, "touch 0") == 0 && strcmp(n.queue[1].title, "signed 0") == 0);
}

static void
a_flood_of_refusals_pushes_no_signature_out(void)
{
	begin();
	for (unsigned i = 0; i < NOTICES_MAX + 5; i++)
		add(NOTICE_OTHER, "refused", i);
	CHECK(n.count == NOTICES_MAX && n.missed[NOTICE_OTHER] == 5);
	add(NOTICE_SIGNED, "signed", 0);
	CHECK(n.count == NOTICES_MAX && n.missed[NOTICE_OTHER] == 6 && n.missed[NOTICE_SIGNED] == 0);
	CHECK(strcmp(n.queue[0].title, "signed 0") == 0);
	add(NOTICE_OTHER, "refused", 99);
	CHECK(n.missed[NOTICE_OTHER] == 7 && strcmp(n.queue[0].title, "signed 0") == 0);
}

static void
signatures_that_do_not_fit_are_counted(void)
{
	begin();
	for (unsigned i = 0; i < NOTICES_MAX + 3; i++)
		add(NOTICE_SIGNED, "signed", i);
	add(NOTICE_OTHER, "refused", 0);
	CHECK(n.count == NOTICES_MAX && n.missed[NOTICE_SIGNED] == 3 && n.missed[NOTICE_OTHER] == 1);
	CHECK(strcmp(n.queue[0].title, "signed 0") == 0);
}

int
main(void)
{
	TEST(signatures_go_first_in_their_order);
	TEST(what_is_to_be_done_now_goes_before_all_others);
	TEST(a_flood_of_refusals_pushes_no_signature_out);
	TEST(signatures_that_do_not_fit_are_counted);
	return check_done();
}
