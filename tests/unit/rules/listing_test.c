/* SPDX-License-Identifier: ISC */
#include "rules/listing.h"

#include "base/glob.h"
#include "check.h"

#include <string.h>
#include <time.h>

/* `ssh-keygen -H` made it of git.example. */
#define HASHED "|1|BvXPBsnOqrptarf7PFiUpNFTuZg=|cdHJHtc//v9d7Xdfj6yWoLRtBi4="

#define LINES 39000u

static struct rules rules;
static struct rules_list list;
static struct names_line lines[LINES];
static struct facts facts;
static char text[LIMIT_RULES_SIZE];

/* A client "work" on a host with so many lines like this. */
static void
host_is(enum host_known known, const char *field, size_t count)
{
	facts = (struct facts){ .client = span_of("work"), .host = known, .comment = span_of("laptop") };
	facts.what = (struct signdata){ .purpose = PURPOSE_LOGIN, .user = span_of("git") };
	for (size_t i = 0; i < count; i++)
		lines[i] = (struct names_line){ span_of(field), i + 1 < count ? &lines[i + 1] : NULL };
	facts.names.plain = count > 0 ? lines : NULL;
}

static void
rules_are(const char *s)
{
	struct rules_error error;

	CHECK(rules_parse(&rules, span_of(s), NULL, &error) == 0);
}

static bool
shows(const char *comment)
{
	facts.comment = span_of(comment);
	return rules_list_has(&list);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
one_list_is_asked_of_many_keys(void)
{
	host_is(HOST_PROVEN, "a", 1);
	rules_are("allow home key k\nallow work arg ci key k\ndeny work key x\nallow work key x y to a\nallow work key "
		  "z to b\n"
		  "deny * key w to a\nallow work key w v to a\n");
	rules_list_open(&list, &rules, &facts);
	CHECK(!shows("k") && !shows("x") && shows("y") && !shows("z") && !shows("w") && shows("v") && shows("y"));
	CHECK(!rules_list_failed(&list));
}

/* What the rules say before any key is known. */
static bool
has_any(const char *s)
{
	host_is(HOST_UNKNOWN, "", 0);
	rules_are(s);
	rules_list_open_anywhere(&list, &rules, &facts);
	return rules_list_any(&list);
}

static void
a_client_may_have_no_key_at_all(void)
{
	CHECK(has_any("allow work") && has_any("ask * to b") && has_any("allow work key x"));
	CHECK(!has_any("") && !has_any("allow home") && !has_any("allow work arg ci") && !has_any("deny *"));
	CHECK(!has_any("deny work quiet\nallow *"));
	CHECK(has_any("deny home\nallow *") && has_any("deny work key x\nallow *") &&
	      has_any("deny work to b\nask *") && has_any("deny work for git\nallow *"));
}

static void
a_list_for_anywhere_takes_no_host_for_known(void)
{
	host_is(HOST_UNNAMED, "", 0);
	rules_are("allow work key x to a\n");
	rules_list_open(&list, &rules, &facts);
	CHECK(!shows("x"));
	rules_list_open_anywhere(&list, &rules, &facts);
	CHECK(shows("x") && !shows("y"));
}

static void
a_vouched_host_is_listed_as_a_proven_one(void)
{
	host_is(HOST_VOUCHED, "a", 1);
	rules_are("allow work key x to a\nallow work key y to b vouched\n");
	rules_list_open(&list, &rules, &facts);
	CHECK(shows("x") && !shows("y"));
}

#define SHA_A "SHA256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"
#define SHA_B "SHA256:QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI"

static void
a_key_is_found_by_its_hash(void)
{
	host_is(HOST_UNKNOWN, "", 0);
	rules_are("deny work key " SHA_B " x\nallow work key " SHA_A " y\nallow work key " SHA_B " z\n");
	memset(facts.key_hash, 'A', SHA256_SIZE);
	rules_list_open(&list, &rules, &facts);
	CHECK(shows("k") && !shows("x") && shows("y"));
	memset(facts.key_hash, 'B', SHA256_SIZE);
	CHECK(!shows("k") && !shows("z"));
	memset(facts.key_hash, 'C', SHA256_SIZE);
	CHECK(!shows("k") && !shows("x") && shows("y") && shows("z"));
}

/* The word with this number among those of up to three of these letters; the first is empty. */
static const char *
word_of(char word[4], const char *letters, size_t n)
{
	size_t len = 0;

	for (; n > 0; n = (n - 1) / strlen(letters))
		word[len++] = letters[(n - 1) % strlen(letters)];
	word[len] = '\0';
	return word;
}

static bool
matches(const char *pattern, const char *s)
{
	return glob_match(span_of(pattern), span_of(s), false);
}

/* All pairs of short patterns, a deny and an allow, and all short comments. */
static void
what_is_found_is_what_matches(void)
{
	unsigned shown = 0;

	host_is(HOST_UNKNOWN, "", 0);
	for (size_t pair = 0; pair < 85 * 85; pair++) {
		char deny[4], allow[4], comment[4], both[64];

		word_of(deny, "ab*?", pair / 85);
		word_of(allow, "ab*?", pair % 85);
		snprintf(both, sizeof(both), "deny work key \"%s\"\nallow work key q \"%s\"\n", deny, allow);
		rules_are(both);
		rules_list_open(&list, &rules, &facts);
		for (size_t i = 0; i < 15; i++) {
			bool want = matches(allow, word_of(comment, "ab", i)) && !matches(deny, comment);

			CHECK(shows(comment) == want);
			shown += want;
		}
	}
	CHECK(shown > 10000);
}

/* The bounds on time are generous, for slow machines and sanitizers. */
static void
the_host_is_matched_once_for_all_keys(void)
{
	double start;

	host_is(HOST_PROVEN, HASHED, LINES);
	rules_are("allow work key x to other.example\nallow work key x to another.example\n");
	start = seconds();
	rules_list_open(&list, &rules, &facts);
	for (unsigned i = 0; i < 500; i++)
		CHECK(!shows(i % 2 == 0 ? "x" : "y"));
	CHECK(!rules_list_failed(&list));
	CHECK(seconds() - start < 10);
	fprintf(stderr, "500 keys, 2 destinations, %u hashed lines: %.1f ms\n", LINES, (seconds() - start) * 1e3);
}

static size_t
many_rules(unsigned n)
{
	size_t len = 0;

	for (unsigned i = 0; i < n; i++)
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, "allow work key \"nobody %u *\" to u@h%u.example\n", i, i);
	return len;
}

static void
many_keys_under_many_rules_are_listed_soon(void)
{
	static const unsigned counts[][2] = { { 1000, 500 }, { 10000, 2048 } };
	struct rules_error error;
	char comment[32];

	host_is(HOST_UNKNOWN, "", 0);
	for (size_t c = 0; c < 2; c++) {
		size_t len = many_rules(counts[c][0]);
		double start;

		CHECK(rules_parse(&rules, (struct span){ (uint8_t *)text, len }, NULL, &error) == 0);
		start = seconds();
		rules_list_open(&list, &rules, &facts);
		for (unsigned i = 0; i < counts[c][1]; i++) {
			snprintf(comment, sizeof(comment), i % 2 == 0 ? "key %u" : "nobody %u x", i);
			CHECK(shows(comment) == (i % 2 == 1 && i < counts[c][0]));
		}
		CHECK(!rules_list_failed(&list));
		CHECK(seconds() - start < 10);
		fprintf(stderr, "%u rules, %u keys: %.1f ms\n", counts[c][0], counts[c][1], (seconds() - start) * 1e3);
	}
}

/* What would take too long is refused, and says so: it neither lists nor allows. */
static void
what_takes_too_long_is_refused(void)
{
	struct decision d;
	size_t len = 0;

	host_is(HOST_PROVEN, HASHED, LINES);
	for (unsigned i = 0; i < 20; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "deny * to h%u.example\n", i);
	snprintf(text + len, sizeof(text) - len, "allow *\n");
	rules_are(text);
	rules_list_open(&list, &rules, &facts);
	CHECK(!shows("x") && rules_list_failed(&list) && !rules_lists(&rules, &facts));
	rules_decide(&rules, &facts, &d);
	CHECK(d.verdict == DENY && d.line == 0 && strcmp(d.reason, RULES_TOO_MUCH) == 0);
	host_is(HOST_PROVEN, HASHED, 3);
	rules_decide(&rules, &facts, &d);
	CHECK(d.verdict == ALLOW && rules_lists(&rules, &facts));
}

/* The client chooses the user's name, which a frame makes a quarter of a MiB long. */
static void
a_long_user_against_patterns_is_refused(void)
{
	static char user[LIMIT_FRAME];
	struct decision d;
	size_t len = 0;

	memset(user, 'a', sizeof(user) - 1);
	host_is(HOST_PROVEN, "a", 1);
	for (unsigned i = 0; i < 100; i++)
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, "deny * to *aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab@h\n");
	snprintf(text + len, sizeof(text) - len, "allow *\n");
	rules_are(text);
	facts.what.user = span_of(user);
	rules_decide(&rules, &facts, &d);
	CHECK(d.verdict == DENY && strcmp(d.reason, RULES_TOO_MUCH) == 0);
	facts.what.user.len = 32;
	rules_decide(&rules, &facts, &d);
	CHECK(d.verdict == ALLOW);
}

int
main(void)
{
	TEST(one_list_is_asked_of_many_keys);
	TEST(a_list_for_anywhere_takes_no_host_for_known);
	TEST(a_vouched_host_is_listed_as_a_proven_one);
	TEST(a_key_is_found_by_its_hash);
	TEST(what_is_found_is_what_matches);
	TEST(the_host_is_matched_once_for_all_keys);
	TEST(many_keys_under_many_rules_are_listed_soon);
	TEST(a_client_may_have_no_key_at_all);
	TEST(what_takes_too_long_is_refused);
	TEST(a_long_user_against_patterns_is_refused);
	return check_done();
}
