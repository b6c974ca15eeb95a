/* SPDX-License-Identifier: ISC */
#include "vault/lineindex.h"

#include "check.h"

#include <stdio.h>
#include <string.h>

#define LINES 1000u

#define HASHED "|1|9zPlXlk5K00MLcpT0Vuwu75HZLo=|v7cVNsUfmRcq0Fcnvy2vbwBoM5k="

static struct lineindex
index_of(const char *const fields[], size_t n, enum hosts_mark mark)
{
	struct lineindex x = { NULL, NULL };

	for (size_t i = 0; i < n; i++) {
		struct hosts_line line = { mark, span_of(fields[i]), span_of("t"), span_of("KEY") };

		CHECK(lineindex_add(&x, &line, i) == 0);
	}
	return x;
}

/* The numbers found, as digits. */
static const char *
found(const struct lineindex *x, enum lineindex_kind kind, const char *type, const char *key, const char *name)
{
	static char digits[64];
	struct lineindex_key k = { kind, span_of(type), span_of(key), span_of(name) };
	struct lineindex_lines lines = lineindex_find(x, &k);

	memset(digits, '\0', sizeof(digits));
	for (size_t i = 0; i < lines.n && i < sizeof(digits) - 1; i++)
		digits[i] = (char)('0' + lines.at[i]);
	return digits;
}

static bool
finds(const struct lineindex *x, enum lineindex_kind kind, const char *key, const char *name, const char *digits)
{
	return strcmp(found(x, kind, "t", key, name), digits) == 0;
}

static void
an_empty_index_finds_nothing(void)
{
	struct lineindex x = { NULL, NULL };

	CHECK(finds(&x, LINEINDEX_NAME, "", "a", ""));
	lineindex_free(&x);
	lineindex_free(&x);
}

static void
a_name_finds_its_lines_in_their_order(void)
{
	static const char *const fields[] = { "a,b", "B,c", "b", "[b]:2222,b,b", "bb", "!b", "b*", "b,*" };
	struct lineindex x = index_of(fields, 8, HOSTS_PLAIN);

	CHECK(finds(&x, LINEINDEX_NAME, "", "b", "01237") && finds(&x, LINEINDEX_NAME, "", "B", "01237"));
	CHECK(finds(&x, LINEINDEX_NAME, "", "a", "0") && finds(&x, LINEINDEX_NAME, "", "[b]:2222", "3"));
	CHECK(finds(&x, LINEINDEX_NAME, "", "d", "") && *found(&x, LINEINDEX_NAME, "u", "", "b") == '\0');
	lineindex_free(&x);
}

static void
what_no_name_finds_is_hidden(void)
{
	static const char *const fields[] = { "a", HASHED, "a,*", "!a,b", "a?", "*" };
	struct lineindex x = index_of(fields, 6, HOSTS_PLAIN);

	CHECK(finds(&x, LINEINDEX_HIDDEN, "", "", "12345") && finds(&x, LINEINDEX_HIDDEN, "KEY", "", "12345"));
	CHECK(finds(&x, LINEINDEX_OPEN, "", "", "023") && finds(&x, LINEINDEX_OPEN, "KEY", "", "023"));
	CHECK(finds(&x, LINEINDEX_HIDDEN, "OTHER", "", "") && finds(&x, LINEINDEX_OPEN, "key", "", ""));
	CHECK(finds(&x, LINEINDEX_NAME, "", HASHED, "1"));
	lineindex_free(&x);
}

static void
a_marked_line_is_found_whole(void)
{
	static const char *const fields[] = { "a,b", "a", "a,b" };
	struct lineindex x = index_of(fields, 3, HOSTS_AUTHORITY);

	CHECK(finds(&x, LINEINDEX_MARKED, "KEY", "a,b", "02") && finds(&x, LINEINDEX_MARKED, "KEY", "a", "1"));
	CHECK(finds(&x, LINEINDEX_MARKED, "key", "a", "") && finds(&x, LINEINDEX_MARKED, "", "a", ""));
	CHECK(finds(&x, LINEINDEX_NAME, "", "a", "") && finds(&x, LINEINDEX_OPEN, "", "", ""));
	lineindex_free(&x);
}

/* So that a file of many lines takes a time in proportion to them. */
static void
among_many_lines_a_name_and_a_key_find_their_own(void)
{
	static char names[LINES][16], keys[LINES][16];
	struct lineindex x = { NULL, NULL };

	for (size_t i = 0; i < LINES; i++) {
		struct hosts_line line = { HOSTS_PLAIN, { NULL, 0 }, span_of("t"), { NULL, 0 } };

		snprintf(names[i], sizeof(names[i]), "host%zu", i);
		snprintf(keys[i], sizeof(keys[i]), "KEY%zu", i);
		line.field = span_of(names[i]);
		line.key = span_of(keys[i]);
		CHECK(lineindex_add(&x, &line, i) == 0);
	}
	for (size_t i = 0; i < LINES; i++) {
		struct lineindex_key name = { .kind = LINEINDEX_NAME, span_of("t"), .name = span_of(names[i]) };
		struct lineindex_key key = { .kind = LINEINDEX_OPEN, span_of("t"), span_of(keys[i]), { NULL, 0 } };
		struct lineindex_lines by_name = lineindex_find(&x, &name), by_key = lineindex_find(&x, &key);

		CHECK(by_name.n == 1 && by_name.at[0] == i && by_key.n == 1 && by_key.at[0] == i);
	}
	lineindex_free(&x);
}

int
main(void)
{
	TEST(an_empty_index_finds_nothing);
	TEST(a_name_finds_its_lines_in_their_order);
	TEST(what_no_name_finds_is_hidden);
	TEST(a_marked_line_is_found_whole);
	TEST(among_many_lines_a_name_and_a_key_find_their_own);
	return check_done();
}
