/* SPDX-License-Identifier: ISC */
#include "agents/keyoptions.h"
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct keyoptions o;
static const char *bad;

static int
parse(const char *text)
{
	return keyoptions_parse(&o, span_of(text), &bad);
}

static int
is(const char *text, const char *want)
{
	char got[KEYOPTIONS_SIZE * 2] = "";

	if (parse(text) < 0)
		return 0;
	for (size_t i = 0; i < o.count; i++) {
		strcat(got, o.word[i]);
		strcat(got, "|");
	}
	return strcmp(got, want) == 0;
}

static void
words_are_parted_by_any_blank(void)
{
	CHECK(is("", ""));
	CHECK(is("-c\n", "-c|"));
	CHECK(is("-q -t 600\n-h perseus@cetus.example\n\t-c", "-q|-t|600|-h|perseus@cetus.example|-c|"));
}

static void
quotes_keep_spaces_and_vanish(void)
{
	CHECK(is("-h \"a.example>b@c.example\"", "-h|a.example>b@c.example|"));
	CHECK(is("-H '/a b/known_hosts'", "-H|/a b/known_hosts|"));
	CHECK(is("-h a\"b c\"d -c", "-h|ab cd|-c|"));
	CHECK(parse("-h \"a") == -EINVAL && bad == NULL);
}

static void
comments_end_with_their_line(void)
{
	CHECK(is("# id_ed25519.ssh-add-option\n-c # why\n-t 5m", "-c|-t|5m|"));
	CHECK(is("-h a#b", "-h|a#b|"));
	CHECK(is("#", ""));
}

static void
values_may_stand_in_the_word(void)
{
	CHECK(is("-t600", "-t600|"));
	CHECK(is("-qct 600", "-qct|600|"));
	CHECK(is("-t -d", "-t|-d|"));
	CHECK(parse("-c -t") == -EINVAL && bad == NULL);
}

static void
what_would_do_more_than_add_this_key_is_refused(void)
{
	const char *const texts[] = { "-D", "-d", "-x", "-X", "-K", "-L", "-l", "-T", "-s lib", "-e lib", "-qD", "-",
		"--", "/home/user/other", "-c other" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		CHECK(parse(texts[i]) == -EINVAL && bad != NULL);
}

static void
bounds_hold(void)
{
	static char text[KEYOPTIONS_SIZE + 1];
	static char words[KEYOPTIONS_MAX * 3 + 4];

	memset(text, 'x', KEYOPTIONS_SIZE);
	memcpy(text, "-t", 2);
	CHECK(parse(text) == -E2BIG);
	text[KEYOPTIONS_SIZE - 1] = '\0';
	CHECK(parse(text) == 0 && strlen(o.word[0]) == KEYOPTIONS_SIZE - 1);
	for (size_t i = 0; i <= KEYOPTIONS_MAX; i++)
		memcpy(words + 3 * i, "-c ", 3);
	CHECK(parse(words) == -E2BIG);
	words[KEYOPTIONS_MAX * 3] = '\0';
	CHECK(parse(words) == 0 && o.count == KEYOPTIONS_MAX);
	CHECK(keyoptions_parse(&o, (struct span){ (const uint8_t *)"-t a\0b", 6 }, &bad) == -EINVAL);
}

int
main(void)
{
	TEST(words_are_parted_by_any_blank);
	TEST(quotes_keep_spaces_and_vanish);
	TEST(comments_end_with_their_line);
	TEST(values_may_stand_in_the_word);
	TEST(what_would_do_more_than_add_this_key_is_refused);
	TEST(bounds_hold);
	return check_done();
}
