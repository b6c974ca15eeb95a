/* SPDX-License-Identifier: ISC */
#include "vault/suggest.h"

#include "base/text.h"
#include "store/recordline.h"
#include "store/statedir.h"
#include "sys/args.h"
#include "vault/against.h"
#include "vault/clientname.h"
#include "vault/reader.h"
#include "vault/ruleline.h"
#include "vault/since.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * The values of one line; a longer list goes on in a further rule.
 * With the rest of a rule, which comes from one line of the record too, it stays under LIMIT_RULES_LINE.
 */
#define VALUES_MAX 1000u

/* Refusals that are worth reading. */
#define REFUSALS_MAX 100u

static int
compare_words(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.p, b.p, len);

	return order != 0 ? order : a.len < b.len ? -1 : a.len > b.len;
}

static int
compare_numbers(unsigned long a, unsigned long b)
{
	return a < b ? -1 : a > b;
}

/* How many different hosts it came by; one of which only is known that it was forwarded comes by any. */
static unsigned
count_hosts(const struct past *p)
{
	struct span keys = p->word[PAST_VIAKEYS], before, key, other;
	unsigned count = 0;

	if (keys.len == 0)
		return UINT_MAX;
	while (past_value(&keys, &key)) {
		bool again = false;

		before = p->word[PAST_VIAKEYS];
		while (past_value(&before, &other) && other.p < key.p)
			again = again || span_eq(other, key);
		count += !again;
	}
	return count;
}

/* A rule holds for each way by some of its hosts, so the one with fewer comes first. */
static int
compare_ways(const struct past *a, const struct past *b)
{
	struct span x = a->word[PAST_VIA], y = b->word[PAST_VIA];
	int order = x.len == 0 && y.len == 0 ? 0 : compare_numbers(count_hosts(a), count_hosts(b));

	if (order == 0)
		order = compare_words(x, y);
	return order != 0 ? order : compare_words(a->word[PAST_VIAKEYS], b->word[PAST_VIAKEYS]);
}

/* 0: one rule can hold both. Rules with `forwarded` come before those without, ask before allow. */
static int
compare_rules(const struct past *a, const struct past *b)
{
	static const enum past_word first[] = { PAST_CLIENT, PAST_ARG, PAST_KEY };
	int order = 0;

	for (size_t i = 0; i < 3 && order == 0; i++)
		order = compare_words(a->word[first[i]], b->word[first[i]]);
	if (order == 0)
		order = compare_numbers(ruleline_class(a), ruleline_class(b));
	if (order == 0)
		order = compare_words(b->word[PAST_FORWARDED], a->word[PAST_FORWARDED]);
	if (order == 0)
		order = compare_ways(a, b);
	if (order == 0)
		order = compare_numbers(a->result, b->result);
	if (order == 0)
		order = compare_numbers(ruleline_uses(a), ruleline_uses(b));
	return order != 0 ? order : compare_numbers(ruleline_rate(a), ruleline_rate(b));
}

static int
compare(const void *x, const void *y)
{
	const struct past *a = *(const struct past *const *)x, *b = *(const struct past *const *)y;
	int order = compare_rules(a, b);

	if (order == 0)
		order = compare_numbers(b->count, a->count);
	for (unsigned i = 0; i < PAST_WORDS && order == 0; i++)
		order = compare_words(a->word[i], b->word[i]);
	return order;
}

static void
print_date(FILE *to, int64_t time)
{
	time_t seconds = (time_t)(time / 1000);
	struct tm tm;
	char date[16];

	strftime(date, sizeof(date), "%Y-%m-%d", localtime_r(&seconds, &tm));
	fputs(date, to);
}

static void
print_times(FILE *to, const struct past *p)
{
	fprintf(to, "%lu time%s, the last on ", p->count, p->count == 1 ? "" : "s");
	print_date(to, p->last);
}

static void
print_broader(FILE *to, const struct past *p)
{
	enum ruleline_class class = ruleline_class(p);

	if (class == LOGIN_UNNAMED || class == LOGIN_UNKNOWN)
		fputs("# such a rule holds for any user and any such host: name the host ('qssh-vault hosts'), log in "
		      "once more, and leave this rule out\n",
		    to);
	else if (class == OTHER &&
		 (span_is(p->word[PAST_PURPOSE], "certificate") || span_is(p->word[PAST_PURPOSE], "pam") ||
		     span_is(p->word[PAST_PURPOSE], "opaque")))
		fputs("# rules can't say which: this one holds for all of that kind\n", to);
	if (span_has(p->word[PAST_VIA], ','))
		fputs("# rules can't say in which order: this one holds for each way by these hosts\n", to);
}

/* One of the values: how often it was, and whether a rule can name it. */
static void
print_comment(FILE *to, const struct past *p, bool named)
{
	fputs("# ", to);
	ruleline_request(to, p);
	fputs(": ", to);
	print_times(to, p);
	fputs(named ? "\n" : "; no rule can name just this\n", to);
	if (named)
		print_broader(to, p);
}

/* A rules file, no longer than one may be. */
static bool
is_whole(struct span text)
{
	static struct rules rules;
	struct rules_error error;

	return text.len <= LIMIT_RULES_SIZE && rules_parse(&rules, text, NULL, &error) == 0;
}

/* The record may have names that no rule can, where it was forged or is of another version. */
static bool
is_rule(const struct past *p, const char *target)
{
	char *text;
	size_t len;
	FILE *to = open_memstream(&text, &len);
	bool whole;

	if (to == NULL)
		abort();
	ruleline_print(to, p, target);
	fclose(to);
	whole = is_whole((struct span){ (uint8_t *)text, len });
	free(text);
	return whole;
}

/* What a rule names for it, after a space. False: no rule can name just this. */
static bool
find_target(const struct past *p, struct text *target)
{
	char way[RULELINE_WAY];
	struct text w;

	text_open(&w, way, sizeof(way));
	text_add(target, " ");
	return ruleline_target(target, p) && !target->cut && ruleline_way(&w, p) && !w.cut &&
	       is_rule(p, text_str(target));
}

/* Adds one of the values. */
static void
print_value(FILE *to, const struct past *p, struct text *values, bool brief)
{
	bool one = ruleline_class(p) == LOGIN_UNNAMED || ruleline_class(p) == LOGIN_UNKNOWN, named;
	char target[3 * LIMIT_RECORD_LINE];
	struct text t;

	text_open(&t, target, sizeof(target));
	named = find_target(p, &t);
	if (!brief)
		print_comment(to, p, named);
	/* Users of an unknown host are one value. */
	if (!named || (values->len > 0 && one))
		return;
	text_add(values, text_str(&t));
}

/* As many of all as one rule holds. How many. */
static size_t
print_group(FILE *to, struct past *const *all, size_t count, bool brief)
{
	char buf[VALUES_MAX + 4 * LIMIT_RECORD_LINE];
	struct text values;
	size_t i = 0;

	text_open(&values, buf, sizeof(buf));
	if (!brief) {
		fputs("\n# key \"", to);
		past_print(to, all[0]->comment);
		fputs("\"\n", to);
	}
	for (; i < count && compare_rules(all[0], all[i]) == 0 && values.len < VALUES_MAX; i++)
		print_value(to, all[i], &values, brief);
	if (values.len > 0)
		ruleline_print(to, all[0], text_str(&values));
	return i;
}

static void
print_refusals(FILE *to, const struct pasts *p)
{
	unsigned long more = 0, printed = 0;

	for (size_t i = p->count; i-- > 0;) {
		const struct past *r = &p->all[i];

		if (r->result == PAST_ALLOWED || r->result == PAST_ASKED)
			continue;
		if (printed++ >= REFUSALS_MAX) {
			more++;
			continue;
		}
		if (printed == 1)
			fputs("\n# Refused:\n", to);
		fputs("# ", to);
		past_print(to, r->word[PAST_CLIENT]);
		fputs(", ", to);
		ruleline_request(to, r);
		fputs(", ", to);
		print_times(to, r);
		fputs(": ", to);
		past_print(to, r->reason);
		fputs("\n", to);
	}
	if (more > 0)
		fprintf(to, "# and %lu more\n", more);
}

/* Where the same was signed with a question and without, the rule is the one that asks beyond its limits. */
static bool
is_wanted(const struct pasts *p, const struct past *one)
{
	return one->result == PAST_ALLOWED || (one->result == PAST_ASKED && pasts_find(p, one, PAST_ALLOWED) == NULL);
}

/* The requests that a file is to name, in the order of what is worth most. */
struct wanted {
	const struct pasts *p;
	struct past **all;
	size_t count;
	size_t kept; /* so many of them are named */
	bool brief; /* without a comment on each */
};

/* The rules for those that are kept. */
static struct span
write_rules(const struct wanted *w)
{
	struct past **all = calloc(w->kept + 1, sizeof(struct past *));
	char *text;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	if (to == NULL || all == NULL)
		abort();
	memcpy(all, w->all, w->kept * sizeof(struct past *));
	qsort(all, w->kept, sizeof(struct past *), compare);
	fputs(
	    "# What was signed, and no more. The first rule that matches decides; what none matches is refused.\n", to);
	if (w->count == 0)
		fputs("# Nothing was signed: as it is, this file refuses everything.\n", to);
	if (w->brief)
		fprintf(to, "# These are %zu different requests, too many for a comment on each.\n", w->kept);
	if (w->kept < w->count)
		fprintf(to, "# %zu more have no room in a file, and are refused: those that were longest ago.\n",
		    w->count - w->kept);
	for (size_t i = 0; i < w->kept;)
		i += print_group(to, all + i, w->kept - i, w->brief);
	print_refusals(to, w->p);
	if (w->p->unusable > 0)
		fprintf(to, "\n# %lu lines of the record say too little for a rule.\n", w->p->unusable);
	fclose(to);
	free(all);
	return (struct span){ (uint8_t *)text, len };
}

static bool
fits(struct wanted *w, size_t kept, bool brief)
{
	struct span text;
	bool whole;

	w->kept = kept;
	w->brief = brief;
	text = write_rules(w);
	whole = is_whole(text);
	free((uint8_t *)(uintptr_t)text.p);
	return whole;
}

/* As many as have room. */
static void
find_room(struct wanted *w)
{
	size_t low = 0, high = w->count;

	if (fits(w, w->count, false) || fits(w, w->count, true))
		return;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (fits(w, middle, true))
			low = middle;
		else
			high = middle;
	}
	w->kept = low;
}

/*
 * What a person was asked about comes first: a rule that allows may hold for more than its request (compare_ways()),
 * and must not get what a rule that asks was left out for. Then what was asked for last.
 */
static int
compare_worth(const void *x, const void *y)
{
	const struct past *a = *(const struct past *const *)x, *b = *(const struct past *const *)y;

	if (a->result != b->result)
		return a->result == PAST_ASKED ? -1 : 1;
	if (a->last != b->last)
		return a->last > b->last ? -1 : 1;
	return compare(x, y);
}

size_t
suggest_write(FILE *to, const struct pasts *p)
{
	struct wanted w = { .p = p, .all = calloc(p->count + 1, sizeof(struct past *)) };
	struct span text;

	if (w.all == NULL)
		abort();
	for (size_t i = 0; i < p->count; i++)
		if (is_wanted(p, &p->all[i]))
			w.all[w.count++] = &p->all[i];
	qsort(w.all, w.count, sizeof(struct past *), compare_worth);
	find_room(&w);
	text = write_rules(&w);
	fwrite(text.p, 1, text.len, to);
	free((uint8_t *)(uintptr_t)text.p);
	free(w.all);
	return w.count - w.kept;
}

static int
read_since(const char *word, int64_t *since)
{
	time_t t;

	*since = INT64_MIN;
	if (word == NULL)
		return 0;
	if (since_parse(word, time(NULL), &t) < 0) {
		fprintf(stderr, "qssh-vault suggest: --since %s: say 12h, 30d, or a date such as 2026-01-31\n", word);
		return -EINVAL;
	}
	*since = (int64_t)t * 1000;
	return 0;
}

static int
complain_long(size_t left_out)
{
	fprintf(stderr,
	    "qssh-vault suggest: %zu requests are left out, those that were longest ago: the record has more than "
	    "a rules file can name one by one (1 MiB, 10,000 lines); take those of one qube with --client NAME, "
	    "or late ones with --since TIME\n",
	    left_out);
	return 3;
}

int
suggest_run(int argc, char **argv)
{
	struct entries e = { 0 };
	struct args a = { .program = "qssh-vault", .options = { "since=", "client=", "against=" } };
	const char *home = getenv("HOME");
	char state_dir[STATEDIR_SIZE];
	struct pasts p;
	int64_t since;
	size_t left_out = 0;
	int error, status = 0;

	if (args_parse(&a, argc, argv) < 0 || read_since(a.values[0], &since) < 0 ||
	    clientname_check("suggest", "--client", a.values[1]) < 0)
		return 2;
	statedir_path(state_dir, home);
	error = reader_read(&e, state_dir);
	if (error < 0) {
		fprintf(stderr, "qssh-vault suggest: %s: %s\n", state_dir,
		    error == -ENOENT ? "no request has been recorded yet" : strerror(-error));
		return 1;
	}
	entries_sort(&e, false);
	pasts_read(&p, &e, a.values[1], since);
	if (a.values[2] != NULL)
		status = against_run(&p, a.values[2], home);
	else
		left_out = suggest_write(stdout, &p);
	if (left_out > 0)
		status = complain_long(left_out);
	pasts_free(&p);
	entries_free(&e);
	return fflush(stdout) == 0 ? status : 1;
}
