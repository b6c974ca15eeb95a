/* SPDX-License-Identifier: ISC */
#include "base/glob.h"

#include "check.h"

#include <string.h>

static bool
globs(const char *pattern, const char *s)
{
	return glob_match(span_of(pattern), span_of(s), false);
}

static void
a_pattern_matches_the_whole_string(void)
{
	CHECK(globs("", "") && !globs("", "a") && !globs("a", ""));
	CHECK(globs("abc", "abc") && !globs("abc", "abcd") && !globs("abc", "ab") && !globs("bc", "abc"));
	CHECK(globs("*", "") && globs("*", "a") && globs("**", "abc") && globs("a*", "a"));
	CHECK(globs("?", "a") && !globs("?", "") && !globs("?", "ab") && globs("?*", "abc") && !globs("?*", ""));
	CHECK(
	    globs("*.example", "a.example") && !globs("*.example", "a.example.org") && !globs("*.example", "example"));
	CHECK(globs("a*b*c", "a1b2b3c") && !globs("a*b*c", "a1b2b3"));
	CHECK(globs("*ab", "aab") && globs("*aab", "aaaab") && !globs("*aab*x", "aaaab"));
	CHECK(globs("a*?c", "abc") && !globs("a*?c", "ac"));
}

static void
a_pattern_minds_case_unless_told(void)
{
	CHECK(!globs("A", "a"));
	CHECK(glob_match(span_of("A*z?"), span_of("aBZZ"), true));
	CHECK(!glob_match(span_of("["), span_of("{"), true));
	CHECK(!glob_match(span_of("\xc4"), span_of("\xe4"), true));
}

static void
a_pattern_covers_what_matches_no_more(void)
{
	static const char *const yes[][2] = { { "*", "*" }, { "*", "a*?" }, { "?", "?" }, { "?", "a" }, { "a*", "ab*" },
		{ "*.corp", "*.a.corp" }, { "a", "a" }, { "?*", "?*" }, { "?*", "a*" }, { "**", "*" }, { "", "" } };
	static const char *const no[][2] = { { "?", "*" }, { "a", "?" }, { "a", "*" }, { "a*", "*" }, { "?*", "*" },
		{ "??", "?" }, { "*a", "*" }, { "*.a.corp", "*.corp" }, { "", "*" }, { "A", "a" } };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		CHECK(glob_covers(span_of(yes[i][0]), span_of(yes[i][1]), false));
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		CHECK(!glob_covers(span_of(no[i][0]), span_of(no[i][1]), false));
	CHECK(glob_covers(span_of("A*"), span_of("ab"), true));
}

static void
many_stars_cost_no_more_than_the_product(void)
{
	static char pattern[2001], s[4001];

	memset(pattern, '*', sizeof(pattern) - 1);
	for (size_t i = 1; i < sizeof(pattern) - 1; i += 2)
		pattern[i] = 'a';
	memset(s, 'a', sizeof(s) - 1);
	CHECK(globs(pattern, s));
	s[sizeof(s) - 2] = 'b';
	pattern[sizeof(pattern) - 2] = 'c';
	CHECK(!globs(pattern, s));
}

int
main(void)
{
	TEST(a_pattern_matches_the_whole_string);
	TEST(a_pattern_minds_case_unless_told);
	TEST(a_pattern_covers_what_matches_no_more);
	TEST(many_stars_cost_no_more_than_the_product);
	return check_done();
}
