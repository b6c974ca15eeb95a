/* SPDX-License-Identifier: ISC */
#include "rules/words.h"

#include "check.h"

#include <string.h>

/* The line's words are these, separated by '|', a quoted one marked by a leading '='. */
static bool
reads(const char *line, const char *want)
{
	char got[256] = "";
	struct words w;
	struct word word;

	words_open(&w, span_of(line));
	while (words_next(&w, &word)) {
		strcat(got, word.quoted ? "=" : "");
		strncat(got, (const char *)word.text.p, word.text.len);
		strcat(got, "|");
	}
	if (w.bad != NULL || strcmp(got, want) != 0)
		fprintf(stderr, "<%s> reads <%s>, %s\n", line, got, w.bad != NULL ? w.bad : "whole");
	return w.bad == NULL && strcmp(got, want) == 0;
}

/* The column of the line's error; 0: none. */
static size_t
fails(const char *line)
{
	struct words w;
	struct word word;

	words_open(&w, span_of(line));
	while (words_next(&w, &word))
		;
	return w.bad != NULL ? word.column : 0;
}

static void
spaces_and_tabs_part_words(void)
{
	CHECK(reads("", ""));
	CHECK(reads(" \t ", ""));
	CHECK(reads("a", "a|"));
	CHECK(reads("  a\tb  c ", "a|b|c|"));
	CHECK(reads("a\\b !c,d*", "a\\b|!c,d*|"));
}

static void
a_hash_that_starts_a_word_comments(void)
{
	CHECK(reads("# a", ""));
	CHECK(reads("a # b \"", "a|"));
	CHECK(reads("a#b c#", "a#b|c#|"));
	CHECK(reads("\"#\" b", "=#|b|"));
}

static void
quotes_make_one_word(void)
{
	CHECK(reads("\"a b\" c", "=a b|c|"));
	CHECK(reads("\"\"", "=|"));
	CHECK(reads("\"a\\\"b\\\\c\"", "=a\"b\\c|"));
	CHECK(reads("\"\\\\\" \"x\"", "=\\|=x|"));
}

static void
an_error_has_its_column_and_stays(void)
{
	struct words w;
	struct word word;

	CHECK(fails("a b\"c\"") == 4);
	CHECK(fails("a \"b") == 3);
	CHECK(fails("\"a\"b") == 4);
	CHECK(fails("\"a\"#") == 4);
	CHECK(fails("\"a\"\"b\"") == 4);
	CHECK(fails("\"a\\n\"") == 3);
	CHECK(fails("\"a\\") == 3);
	CHECK(fails("\"a\\\"") == 1);
	CHECK(fails("a \"b c\" d") == 0);
	words_open(&w, span_of("a\" b"));
	CHECK(!words_next(&w, &word) && !words_next(&w, &word) && w.bad != NULL);
}

static void
a_word_knows_where_it_stands(void)
{
	static const char line[] = "ab  \"c\\\\d\" # x";
	struct words w;
	struct word word;

	words_open(&w, span_of(line));
	CHECK(words_next(&w, &word) && word.column == 1 && !word.escaped && word.text.p == (const uint8_t *)line);
	CHECK(words_next(&w, &word) && word.column == 5 && word.escaped);
	CHECK(word.raw.p == (const uint8_t *)line + 4 && word.raw.len == 6);
	CHECK(!words_next(&w, &word) && word.column == 12);
}

static void
a_line_too_long_is_an_error(void)
{
	static uint8_t line[LIMIT_RULES_LINE + 1];
	struct words w;
	struct word word;

	memset(line, '\\', sizeof(line));
	line[0] = line[LIMIT_RULES_LINE - 1] = '"';
	words_open(&w, (struct span){ line, LIMIT_RULES_LINE });
	CHECK(words_next(&w, &word) && word.text.len == LIMIT_RULES_LINE / 2 - 1);
	words_open(&w, (struct span){ line, LIMIT_RULES_LINE + 1 });
	CHECK(!words_next(&w, &word) && w.bad != NULL);
}

int
main(void)
{
	TEST(spaces_and_tabs_part_words);
	TEST(a_hash_that_starts_a_word_comments);
	TEST(quotes_make_one_word);
	TEST(an_error_has_its_column_and_stays);
	TEST(a_word_knows_where_it_stands);
	TEST(a_line_too_long_is_an_error);
	return check_done();
}
