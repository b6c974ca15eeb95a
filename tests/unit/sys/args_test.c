/* SPDX-License-Identifier: ISC */
#include "sys/args.h"

#include "check.h"

#include <errno.h>
#include <string.h>

static struct args a;

/* The verb's options are --json, --follow and --vault NAME, and it takes two words. */
static int
parse(const char *w1, const char *w2, const char *w3)
{
	char *argv[] = { "verb", (char *)(size_t)w1, (char *)(size_t)w2, (char *)(size_t)w3, NULL };
	int argc = 1;

	while (argv[argc] != NULL)
		argc++;
	a = (struct args){ .options = { "json", "follow", "vault=" }, .words_max = 2 };
	return args_parse(&a, argc, argv);
}

static void
options_stand_anywhere(void)
{
	CHECK(parse("x", "--json", "y") == 0);
	CHECK(a.words_count == 2 && strcmp(a.words[0], "x") == 0 && strcmp(a.words[1], "y") == 0);
	CHECK(a.values[0] != NULL && a.values[1] == NULL && a.values[2] == NULL);
	CHECK(parse(NULL, NULL, NULL) == 0 && a.words_count == 0 && a.values[0] == NULL);
}

static void
a_first_letter_is_short_for_an_option(void)
{
	CHECK(parse("-f", NULL, NULL) == 0 && a.values[1] != NULL);
	CHECK(parse("-v", "n", NULL) == 0 && a.values[2] != NULL && strcmp(a.values[2], "n") == 0);
	CHECK(parse("-fj", NULL, NULL) == -EINVAL);
	CHECK(parse("-x", NULL, NULL) == -EINVAL);
}

static void
a_value_stands_behind_an_equals_sign_or_next(void)
{
	CHECK(parse("--vault=a", NULL, NULL) == 0 && strcmp(a.values[2], "a") == 0);
	CHECK(parse("--vault", "--json", NULL) == 0 && strcmp(a.values[2], "--json") == 0 && a.values[0] == NULL);
	CHECK(parse("--vault=", NULL, NULL) == 0 && strcmp(a.values[2], "") == 0);
	CHECK(parse("--vault", NULL, NULL) == -EINVAL);
	CHECK(parse("--json=x", NULL, NULL) == -EINVAL);
}

static void
what_is_not_known_is_refused(void)
{
	CHECK(parse("--jso", NULL, NULL) == -EINVAL);
	CHECK(parse("--jsonx", NULL, NULL) == -EINVAL);
	CHECK(parse("a", "b", "c") == -EINVAL);
}

static void
two_dashes_end_the_options(void)
{
	CHECK(parse("--", "--json", NULL) == 0 && a.words_count == 1 && a.values[0] == NULL);
	CHECK(parse("-", NULL, NULL) == 0 && a.words_count == 1);
}

int
main(void)
{
	TEST(options_stand_anywhere);
	TEST(a_first_letter_is_short_for_an_option);
	TEST(a_value_stands_behind_an_equals_sign_or_next);
	TEST(what_is_not_known_is_refused);
	TEST(two_dashes_end_the_options);
	return check_done();
}
