/* SPDX-License-Identifier: ISC */
#include "store/blocks.h"

#include "check.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

static void
blocks_stay_where_they_are(void)
{
	struct blocks b = { 0 };
	unsigned char *all[100];

	for (size_t i = 0; i < 100; i++) {
		all[i] = blocks_alloc(&b, 1 + i * 97);
		CHECK(all[i] != NULL && (uintptr_t)all[i] % alignof(max_align_t) == 0);
		memset(all[i], (int)i, 1 + i * 97);
	}
	for (size_t i = 0; i < 100; i++)
		CHECK(all[i][0] == i && all[i][i * 97] == i);
	blocks_free(&b);
	CHECK(b.last == NULL);
}

static void
they_can_be_begun_anew(void)
{
	struct blocks b = { 0 };
	char *one = blocks_alloc(&b, 2);

	CHECK(one != NULL);
	strcpy(one, "x");
	blocks_free(&b);
	blocks_free(&b);
	CHECK((one = blocks_alloc(&b, 0)) != NULL);
	blocks_free(&b);
}

int
main(void)
{
	TEST(blocks_stay_where_they_are);
	TEST(they_can_be_begun_anew);
	return check_done();
}
