/* SPDX-License-Identifier: ISC */
#include "sys/json.h"

#include "check.h"

#include <string.h>

static char *text;
static size_t len;

static struct json
begin(void)
{
	struct json j = { .to = open_memstream(&text, &len) };

	return j;
}

static bool
is(struct json *j, const char *expected)
{
	bool same;

	fclose(j->to);
	same = strcmp(text, expected) == 0;
	if (!same)
		fprintf(stderr, "got %s\n", text);
	free(text);
	return same;
}

static void
commas_stand_between_and_nowhere_else(void)
{
	struct json j = begin();

	json_open(&j, NULL, '{');
	json_open(&j, "none", '[');
	json_close(&j, ']');
	json_open(&j, "some", '[');
	json_number(&j, NULL, -1);
	json_bool(&j, NULL, true);
	json_null(&j, NULL);
	json_close(&j, ']');
	json_string(&j, "s", "x");
	json_close(&j, '}');
	json_line(&j);
	json_number(&j, NULL, 2);
	CHECK(is(&j, "{\"none\":[],\"some\":[-1,true,null],\"s\":\"x\"}\n2"));
}

/* Who shows it as it is, on a terminal, is shown what it is. */
static void
what_a_terminal_obeys_or_hides_is_escaped(void)
{
	struct json j = begin();

	json_string(&j, NULL,
	    "\xc2\x9b"
	    "31m\u202e\u200b\u2028\xf0\x9f\x98\x80\xff é漢");
	CHECK(is(&j, "\"\\u009b31m\\u202e\\u200b\\u2028\\ud83d\\ude00\\ufffd é漢\""));
}

static void
every_control_character_quote_and_backslash_is_escaped(void)
{
	struct json j = begin();

	json_bytes(&j, NULL, (struct span){ (const uint8_t *)"a\"\\\n\0\x1b\x7f/", 8 });
	CHECK(is(&j, "\"a\\\"\\\\\\u000a\\u0000\\u001b\\u007f/\""));
}

static void
what_is_no_utf_8_is_replaced(void)
{
	struct json j = begin();

	json_string(&j, NULL, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x91");
	CHECK(is(&j, "\"\xc3\xa4\\u20ac\\ud83d\\udd11\""));
	j = begin();
	json_string(&j, NULL,
	    "\xff"
	    "a\xc3"
	    "b\xc0\x80");
	CHECK(is(&j, "\"\\ufffda\\ufffdb\\ufffd\\ufffd\""));
	j = begin();
	json_string(&j, NULL, "\xed\xa0\x80");
	CHECK(is(&j, "\"\\ufffd\\ufffd\\ufffd\""));
	j = begin();
	json_string(&j, NULL, "\xe0\x80\x80\xf4\x90\x80\x80\xf0\x80\x80\x80");
	CHECK(is(&j, "\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\""));
}

static void
a_time_is_in_utc(void)
{
	struct json j = begin();

	json_time(&j, NULL, 86400);
	CHECK(is(&j, "\"1970-01-02T00:00:00Z\""));
}

int
main(void)
{
	TEST(commas_stand_between_and_nowhere_else);
	TEST(what_a_terminal_obeys_or_hides_is_escaped);
	TEST(every_control_character_quote_and_backslash_is_escaped);
	TEST(what_is_no_utf_8_is_replaced);
	TEST(a_time_is_in_utc);
	return check_done();
}
