/* SPDX-License-Identifier: ISC */
#include "vault/suggest.h"

#include "check.h"
#include "tempdir.h"
#include "vault/reader.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#define KEY1 "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY2 "SHA256:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
#define HOST "SHA256:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"

static struct tempdir dir;
static FILE *out;
static unsigned seconds; /* of the next line */
static struct entries entries;
static struct pasts pasts;
static char *text;
static size_t left_out;
static size_t text_len;

static void
begin(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/signatures", dir.path);
	out = fopen(path, "w");
	seconds = 0;
}

/* Lines a minute apart, unless they are of one connection. */
static void
line(const char *conn, const char *words)
{
	seconds += conn[0] == '\0' ? 60 : 1;
	fprintf(out, "time=2026-01-%02uT%02u:%02u:%02u.000Z%s%s seq=%u %s\n", 1 + seconds / 86400, seconds / 3600 % 24,
	    seconds / 60 % 60, seconds % 60, conn[0] == '\0' ? "" : " conn=", conn, seconds, words);
}

static void
suggest(void)
{
	FILE *to;

	fclose(out);
	entries_free(&entries);
	pasts_free(&pasts);
	free(text);
	CHECK(reader_read(&entries, dir.path) == 0);
	entries_sort(&entries, false);
	pasts_read(&pasts, &entries, NULL, 0);
	to = open_memstream(&text, &text_len);
	left_out = suggest_write(to, &pasts);
	fclose(to);
}

static bool
has(const char *words)
{
	if (strstr(text, words) != NULL)
		return true;
	fprintf(stderr, "lacks: %s\n%s\n", words, text);
	return false;
}

/* Requests that the rules decide as they were decided, by the functions that serve requests; -1: they don't parse. */
static int
as_they_were(void)
{
	static struct rules rules;
	static struct past_room room;
	struct rules_error error;
	int same = 0;

	memset(&rules, 0, sizeof(rules));
	if (rules_parse(&rules, (struct span){ (uint8_t *)text, text_len }, NULL, &error) < 0) {
		fprintf(stderr, "%u:%u: %s\n%s", error.line, error.column, error.reason, text);
		return -1;
	}
	for (size_t i = 0; i < pasts.count; i++) {
		const struct past *p = &pasts.all[i];
		struct decision d;
		struct facts f;

		CHECK(past_facts(p, &room, &f) == 0);
		rules_decide(&rules, &f, &d);
		if (p->result == PAST_ALLOWED)
			same += d.verdict == ALLOW && d.uses >= p->uses && (p->rate <= 20 || d.rate >= p->rate);
		else if (p->result == PAST_ASKED)
			same += d.verdict == ASK;
		else
			same += d.verdict == DENY;
	}
	return same;
}

static void
what_was_signed_is_a_rule_and_no_more(void)
{
	begin();
	line("",
	    "client=work arg=- event=sign verdict=allow rule=built-in key=" KEY1
	    " purpose=login user=git host=proven to=github.com hostkey=" HOST " forwarded=no comment=work\\x20laptop");
	line("",
	    "client=work arg=- event=sign verdict=allow rule=built-in key=" KEY1
	    " purpose=login user=git host=proven to=github.com hostkey=" HOST " forwarded=no comment=work\\x20laptop");
	line("", "client=work arg=- event=sign verdict=allow rule=built-in key=" KEY1
		 " purpose=login user=root host=proven to=[db.corp]:2222 hostkey=" HOST
		 " forwarded=no comment=work\\x20laptop");
	line("", "client=work arg=ci event=sign verdict=allow rule=4 asked=yes reason=a\\x20person\\x20said\\x20yes "
		 "key=" KEY2 " purpose=git comment=ci");
	line("", "client=dev arg=- event=sign verdict=allow rule=3 key=" KEY1
		 " purpose=login user=git host=vouched voucher=old.example hostkey=" HOST " forwarded=no comment=x");
	line("", "client=dev arg=- event=sign verdict=deny rule=none reason=no\\x20rule\\x20matches key=" KEY1
		 " purpose=login user=root host=proven to=db hostkey=" HOST " forwarded=no comment=x");
	suggest();
	CHECK(has("\nallow work key " KEY1 " to git@github.com root@[db.corp]:2222 forwarded no\n"));
	CHECK(has("# key \"work laptop\"\n# login as git to github.com: 2 times, the last on 2026-01-01\n"));
	CHECK(has("\nask   work arg ci key " KEY2 " for git\n"));
	CHECK(has("\nallow dev key " KEY1 " to git@old.example vouched forwarded no\n"));
	CHECK(has("# Refused:\n# dev, login as root to db, 1 time, the last on 2026-01-01: no rule matches\n"));
	CHECK(as_they_were() == 5 && pasts.count == 5);
}

static void
limits_that_were_used_are_said(void)
{
	char conn[16];

	begin();
	for (int i = 0; i < 3; i++)
		line("one", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1 " purpose=git comment=x");
	for (int i = 0; i < 30; i++) {
		snprintf(conn, sizeof(conn), "c%d", i);
		line(conn, "client=dev arg=- event=sign verdict=allow rule=3 key=" KEY1 " purpose=git comment=x");
	}
	suggest();
	CHECK(
	    has("\nallow work key " KEY1 " for git uses 3\n") && has("\nallow dev key " KEY1 " for git rate 30/1m\n"));
	CHECK(as_they_were() == 2);
}

static void
an_exact_rule_comes_before_a_broad_one(void)
{
	begin();
	line("", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1
		 " purpose=login user=git host=unknown comment=x");
	line("", "client=work arg=- event=sign verdict=allow rule=3 asked=yes reason=x key=" KEY1
		 " purpose=login user=git host=proven to=h hostkey=" HOST " forwarded=yes comment=x");
	line("", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1
		 " purpose=login user=git host=proven to=h hostkey=" HOST " forwarded=no comment=x");
	line("", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1
		 " purpose=login user=git host=vouched voucher=h hostkey=" HOST " forwarded=no comment=x");
	line("", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1
		 " purpose=login user=git host=proven to=- hostkey=" HOST " forwarded=no comment=x");
	suggest();
	CHECK(has("\nask   work key " KEY1 " to git@h forwarded yes\n") && has(" to @unknown\n"));
	CHECK(has("# login as git to h: ") && has("# login as git to " HOST ": "));
	CHECK(has("git@" HOST) && has("# such a rule holds for any user"));
	CHECK(as_they_were() == 5);
}

#define HOP1 "SHA256:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE"
#define HOP2 "SHA256:QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI"
#define FORWARDED(verdict) \
	"client=work arg=- event=sign verdict=" verdict " key=" KEY1 \
	" purpose=login user=git host=proven to=h hostkey=" HOST " forwarded=yes comment=x"

static void
the_way_is_part_of_the_rule(void)
{
	begin();
	line("", FORWARDED("allow rule=3 asked=yes reason=x") " via=a,b viakeys=" HOP1 "," HOP2);
	line("", FORWARDED("allow rule=3") " via=a viakeys=" HOP1);
	line("", FORWARDED("allow rule=3") " via=a,a viakeys=" HOP1 "," HOP1);
	line("", FORWARDED("allow rule=3") " via=" HOP2 " viakeys=" HOP2);
	line("", FORWARDED("allow rule=3 asked=yes reason=x"));
	suggest();
	CHECK(has("\nallow work key " KEY1 " to git@h via a\n") && has(", by way of a: 1 time, "));
	CHECK(has("\nask   work key " KEY1 " to git@h via a b\n") && has("# rules can't say in which order"));
	CHECK(has("\nallow work key " KEY1 " to git@h via " HOP2 "\n"));
	CHECK(has("\nask   work key " KEY1 " to git@h forwarded yes\n"));
	CHECK(as_they_were() == 5 && pasts.count == 5);
}

static void
a_way_that_is_not_known_is_no_rule(void)
{
	begin();
	line("", FORWARDED("allow rule=3") " via=a,@unnamed viakeys=" HOP1 "," HOP2);
	line("", FORWARDED("allow rule=3") " via=a,@unknown viakeys=" HOP1);
	line("", FORWARDED("allow rule=3") " via=@unknown");
	line("", FORWARDED("allow rule=3") " via=a,b viakeys=" HOP1);
	line("", FORWARDED("allow rule=3") " via=a* viakeys=" HOP1);
	suggest();
	CHECK(strstr(text, "\nallow") == NULL && has("; no rule can name just this\n"));
	CHECK(has(", by way of a,@unnamed: 1 time, "));
}

static void
no_pattern_is_made_up(void)
{
	begin();
	line("", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1
		 " purpose=login user=* host=proven to=h hostkey=" HOST " forwarded=no comment=x");
	line("", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1 " purpose=sshsig:a*b comment=x");
	line("", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1
		 " purpose=login user=a\\x20b\\x22\\\\ host=proven to=h hostkey=" HOST
		 " forwarded=no comment=\\u{a}allow\\x20*");
	suggest();
	CHECK(has("; no rule can name just this\n") && has(" to \"a b\\\"\\\\@h\" forwarded no\n"));
	CHECK(strstr(text, "\nallow *") == NULL && as_they_were() == 1);
}

static void
words_that_were_cut_are_no_rule(void)
{
	begin();
	line("", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1 " purpose=login user=abc… host=unknown");
	line("", "client=work arg=- event=sign verdict=allow rule=3 key=" KEY1 " purpose=git cut=yes");
	suggest();
	CHECK(has("# 2 lines of the record say too little for a rule.") && strstr(text, "\nallow") == NULL);
}

/* The processor's seconds for so many lines of many clients, keys, users and hosts. */
static double
seconds_for(unsigned lines)
{
	struct timespec from, to;

	begin();
	for (unsigned i = 0; i < lines; i++) {
		char words[512];

		snprintf(words, sizeof(words),
		    "client=qube%u arg=- event=sign verdict=%s rule=3%s key=%s purpose=login user=user%u host=%s "
		    "%s=host%u.example hostkey=" HOST " forwarded=%s comment=x",
		    i % 7, i % 11 == 0 ? "deny" : "allow",
		    i % 11 == 0   ? " reason=no\\x20rule\\x20matches"
		    : i % 13 == 0 ? " asked=yes reason=x"
				  : "",
		    i % 2 == 0 ? KEY1 : KEY2, i % 17, i % 5 == 0 ? "vouched" : "proven", i % 5 == 0 ? "voucher" : "to",
		    i % 101, i % 3 == 0 ? "yes" : "no");
		line("", words);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	suggest();
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Ten times the lines take some thirteen times the time; what goes quadratic would take a hundred. */
static void
ten_thousand_lines_are_no_harder_than_ten_times_a_thousand(void)
{
	double thousand = seconds_for(1000);
	unsigned allowed = 0;

	CHECK(seconds_for(10000) < 40 * thousand);
	for (size_t i = 0; i < pasts.count; i++)
		allowed += pasts.all[i].result == PAST_ALLOWED;
	CHECK(allowed > 1000 && as_they_were() > 0);
}

/* Where a request is neither refused once nor asked about once, it is decided as it was. */
static void
every_allowed_request_of_many_is_decided_as_it_was(void)
{
	static const char *const verdicts[] = { "verdict=allow rule=3", "verdict=allow rule=3 asked=yes reason=x",
		"verdict=deny rule=none reason=no\\x20rule\\x20matches" };

	begin();
	for (unsigned i = 0; i < 10000; i++) {
		unsigned what = i % 2003; /* each has its own verdict */
		char words[512];

		snprintf(words, sizeof(words),
		    "client=qube%u arg=%s event=sign %s key=%s purpose=login user=user%u host=%s %s=host%u.example "
		    "hostkey=" HOST " forwarded=%s comment=x",
		    what % 7, what % 4 == 0 ? "ci" : "-", verdicts[what % 3], what % 2 == 0 ? KEY1 : KEY2, what,
		    what % 5 == 0 ? "vouched" : "proven", what % 5 == 0 ? "voucher" : "to", what % 101,
		    what % 3 == 0 ? "yes" : "no");
		line("", words);
	}
	suggest();
	CHECK(pasts.count == 2003 && as_they_were() == 2003);
}

/* So many logins, each to another host, and each of another user if that is to be said. */
static void
many_different(unsigned count, bool clients)
{
	begin();
	for (unsigned i = 0; i < count; i++) {
		char words[512];

		snprintf(words, sizeof(words),
		    "client=qube%u arg=- event=sign verdict=allow rule=3 key=" KEY1
		    " purpose=login user=user%u host=proven to=host%u.corp.example hostkey=" HOST
		    " forwarded=no comment=x",
		    clients ? i : 0, i, i);
		line("", words);
	}
	suggest();
}

static void
what_is_too_long_loses_its_comments_and_then_what_was_longest_ago(void)
{
	char words[128];

	many_different(4000, false);
	CHECK(left_out == 0 && has("# login as user7 to host7") && as_they_were() == 4000);
	many_different(10000, false);
	CHECK(left_out == 0 && has("# These are 10000 different requests, too many for a comment on each.\n"));
	CHECK(text_len < LIMIT_RULES_SIZE && as_they_were() == 10000);
	many_different(12000, true);
	CHECK(left_out > 1000 && left_out < 4000 && as_they_were() == 12000 - (int)left_out);
	snprintf(words, sizeof(words), "# %zu more have no room in a file, and are refused", left_out);
	CHECK(has(words) && has("\nallow qube11999 ") && strstr(text, "\nallow qube0 ") == NULL);
	CHECK(text_len < LIMIT_RULES_SIZE && text_len > LIMIT_RULES_SIZE - 1024);
}

/* What a forged line names must not make a file that is wrong as a whole. */
static void
a_name_that_no_rule_can_have_is_left_out(void)
{
	static const char *const names[] = { "[abc", "a:b", "[a]:99999", "a\\x20b", "*", "\\u{a}", "SHA256:x",
		"@unnamed" };
	char words[512];

	begin();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(words, sizeof(words),
		    "client=work arg=- event=sign verdict=allow rule=1 key=" KEY1
		    " purpose=login user=u%zu host=proven to=%s hostkey=" HOST " forwarded=no comment=x",
		    i, names[i]);
		line("", words);
	}
	line("", "client=work arg=- event=sign verdict=allow rule=1 key=" KEY1
		 " purpose=login user=git host=proven to=host hostkey=" HOST " forwarded=no comment=x");
	suggest();
	CHECK(left_out == 0 && as_they_were() >= 1);
	CHECK(has("# login as u0 to [abc: 1 time, the last on 2026-01-01; no rule can name just this\n"));
	CHECK(has(" git@host") && strstr(text, "u0@") == NULL && strstr(text, "u2@") == NULL);
}

/* No line is longer than the rules' lines may be, whatever the record's names are. */
static void
long_names_part_a_rule(void)
{
	char name[730], words[1200];

	begin();
	for (unsigned i = 0; i < 100; i++) {
		memset(name, '"', sizeof(name));
		snprintf(name + 720, 10, "%u", i);
		snprintf(words, sizeof(words),
		    "client=work arg=- event=sign verdict=allow rule=1 key=" KEY1
		    " purpose=login user=%s host=proven to=host hostkey=" HOST " forwarded=no comment=x",
		    name);
		line("", words);
	}
	suggest();
	CHECK(left_out == 0 && as_they_were() == 100);
}

int
main(void)
{
	dir = tempdir_new();
	TEST(what_was_signed_is_a_rule_and_no_more);
	TEST(limits_that_were_used_are_said);
	TEST(an_exact_rule_comes_before_a_broad_one);
	TEST(the_way_is_part_of_the_rule);
	TEST(a_way_that_is_not_known_is_no_rule);
	TEST(no_pattern_is_made_up);
	TEST(words_that_were_cut_are_no_rule);
	TEST(ten_thousand_lines_are_no_harder_than_ten_times_a_thousand);
	TEST(every_allowed_request_of_many_is_decided_as_it_was);
	TEST(what_is_too_long_loses_its_comments_and_then_what_was_longest_ago);
	TEST(a_name_that_no_rule_can_have_is_left_out);
	TEST(long_names_part_a_rule);
	tempdir_drop(&dir);
	return check_done();
}
