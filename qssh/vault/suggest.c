/* SPDX-License-Identifier: ISC */
#include "vault/suggest.h"

#include "base/text.h"
#include "store/recordline.h"
#include "store/statedir.h"
#include "sys/args.h"
#include "vault/against.h"
#include "vault/since.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The values of one line; a longer list goes on in a further rule. */
#define VALUES_MAX 3000u

/* What an allow rule gives without saying it (qssh-rules(5)). */
#define USES_DEFAULT 1u
#define RATE_DEFAULT 20u
#define COUNT_MAX 1000u

/* Refusals that are worth reading. */
#define REFUSALS_MAX 100u

/* What a rule's `to` or `for` can be about, the most exact first. */
enum class { LOGIN_PROVEN, LOGIN_VOUCHED, OTHER, LOGIN_UNNAMED, LOGIN_UNKNOWN };

static enum class class_of(const struct past *p) {
	struct span host = p->word[PAST_HOST];

	if (!span_is(p->word[PAST_PURPOSE], "login")) return OTHER;
	return span_is(host, "proven")    ? LOGIN_PROVEN
	       : span_is(host, "vouched") ? LOGIN_VOUCHED
	       : span_is(host, "unnamed") ? LOGIN_UNNAMED
					  : LOGIN_UNKNOWN;
}

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

/* What an allow must say of uses; 0: nothing. */
static unsigned
uses_of(const struct past *p)
{
	return p->result != PAST_ALLOWED || p->uses <= USES_DEFAULT ? 0 : p->uses;
}

static unsigned
rate_of(const struct past *p)
{
	return p->result != PAST_ALLOWED || p->rate <= RATE_DEFAULT ? 0 : p->rate;
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
		order = compare_numbers(class_of(a), class_of(b));
	if (order == 0)
		order = compare_words(b->word[PAST_FORWARDED], a->word[PAST_FORWARDED]);
	if (order == 0)
		order = compare_numbers(a->result, b->result);
	if (order == 0)
		order = compare_numbers(uses_of(a), uses_of(b));
	return order != 0 ? order : compare_numbers(rate_of(a), rate_of(b));
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

/* A word of the rules file: as it is, or in quotes. False: it can't be written so that it means just this. */
static bool
add_value(struct text *t, struct span s, bool pattern)
{
	bool bare = s.len > 0 && s.p[0] != '#' && s.p[0] != '@' && s.p[0] != '~' && s.p[0] != '/';
	char one[2] = "";

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < 0x20 || s.p[i] > 0x7e || (pattern && (s.p[i] == '*' || s.p[i] == '?')))
			return false;
		bare = bare && s.p[i] != ' ' && s.p[i] != '"' && s.p[i] != '\\';
	}
	text_add(t, bare ? "" : "\"");
	for (size_t i = 0; i < s.len; i++) {
		one[0] = (char)s.p[i];
		text_add(t, !bare && (s.p[i] == '"' || s.p[i] == '\\') ? "\\" : "");
		text_add(t, one);
	}
	text_add(t, bare ? "" : "\"");
	return s.len > 0;
}

/* USER@HOST, by the host's name or else its key. */
static bool
add_login(struct text *t, const struct past *p, const struct facts *f)
{
	char value[2 * LIMIT_RECORD_LINE];
	struct span name = p->word[PAST_NAME],
		    host = f->names.plain != NULL ? f->names.plain->field : p->word[PAST_HOSTKEY];
	int len;

	if (f->what.user.len == 0 || memchr(f->what.user.p, '\0', f->what.user.len) != NULL)
		return false;
	if (name.len > 0 && memchr(host.p, ',', host.len) != NULL)
		host = p->word[PAST_HOSTKEY];
	len = snprintf(value, sizeof(value), "%.*s@%.*s", (int)f->what.user.len, (const char *)f->what.user.p,
	    (int)host.len, (const char *)host.p);
	return add_value(t, (struct span){ (const uint8_t *)value, (size_t)len }, true);
}

static bool
add_purpose(struct text *t, const struct facts *f)
{
	char value[LIMIT_RECORD_LINE + 16];
	int len;

	switch (f->what.purpose) {
	case PURPOSE_CERTIFICATE: text_add(t, "certificate"); return true;
	case PURPOSE_PAM: text_add(t, "pam"); return true;
	case PURPOSE_OPAQUE: text_add(t, "opaque"); return true;
	default: break;
	}
	if (span_is(f->what.ns, "git")) {
		text_add(t, "git");
		return true;
	}
	len = snprintf(value, sizeof(value), "sshsig:%.*s", (int)f->what.ns.len, (const char *)f->what.ns.p);
	if (f->what.ns.len == 0 || len >= (int)sizeof(value) || strlen(value) != (size_t)len)
		return false;
	return add_value(t, (struct span){ (const uint8_t *)value, (size_t)len }, true);
}

/* What a rule must name for this request. False: the language has no exact word for it. */
static bool
add_target(struct text *t, const struct past *p)
{
	static struct past_room room;
	struct facts f;

	if (past_facts(p, &room, &f) < 0)
		return false;
	switch (class_of(p)) {
	case LOGIN_UNNAMED: text_add(t, "@unnamed"); return true;
	case LOGIN_UNKNOWN: text_add(t, "@unknown"); return true;
	case OTHER: return add_purpose(t, &f);
	default: return add_login(t, p, &f);
	}
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

/* What it was, for a person. */
static void
print_request(FILE *to, const struct past *p)
{
	struct span host = p->word[PAST_HOST];

	past_print(to, p->word[PAST_PURPOSE]);
	if (!span_is(p->word[PAST_PURPOSE], "login"))
		return;
	fputs(" as ", to);
	past_print(to, p->word[PAST_USER]);
	fputs(" to ", to);
	if (span_is(host, "unnamed") || span_is(host, "unknown") || host.len == 0)
		fputs(span_is(host, "unnamed") ? "a host without a name" : "an unknown host", to);
	else
		past_print(to, p->word[p->word[PAST_NAME].len > 1 ? PAST_NAME : PAST_HOSTKEY]);
}

static void
print_times(FILE *to, const struct past *p)
{
	fprintf(to, "%lu time%s, the last on ", p->count, p->count == 1 ? "" : "s");
	print_date(to, p->last);
}

static void
print_count(FILE *to, const char *word, unsigned n, const char *after)
{
	if (n > COUNT_MAX)
		fprintf(to, " %s any%s", word, after);
	else if (n > 0)
		fprintf(to, " %s %u%s", word, n, after);
}

static void
print_rule(FILE *to, const struct past *p, const char *values)
{
	struct span client = p->word[PAST_CLIENT], arg = p->word[PAST_ARG], key = p->word[PAST_KEY];
	enum class class = class_of(p);

	fprintf(to, "%s %.*s", p->result == PAST_ALLOWED ? "allow" : "ask  ", (int)client.len, (const char *)client.p);
	if (arg.len > 0 && !span_is(arg, "-") && !span_is(arg, "default"))
		fprintf(to, " arg %.*s", (int)arg.len, (const char *)arg.p);
	fprintf(to, " key %.*s %s%s", (int)key.len, (const char *)key.p, class == OTHER ? "for" : "to", values);
	if (class == LOGIN_VOUCHED)
		fputs(" vouched", to);
	if (p->word[PAST_FORWARDED].len > 0)
		fprintf(to, " forwarded %s", span_is(p->word[PAST_FORWARDED], "yes") ? "yes" : "no");
	print_count(to, "uses", uses_of(p), "");
	print_count(to, "rate", rate_of(p), "/1m");
	fputs("\n", to);
}

static void
print_broader(FILE *to, const struct past *p)
{
	enum class class = class_of(p);

	if (class == LOGIN_UNNAMED || class == LOGIN_UNKNOWN)
		fputs("# such a rule holds for any user and any such host: name the host ('qssh-vault trust'), and "
		      "leave it out\n",
		    to);
	else if (class == OTHER &&
		 (span_is(p->word[PAST_PURPOSE], "certificate") || span_is(p->word[PAST_PURPOSE], "pam") ||
		     span_is(p->word[PAST_PURPOSE], "opaque")))
		fputs("# rules can't say which: this one holds for all of that kind\n", to);
}

/* One of the values, with how often it was. */
static bool
print_value(FILE *to, const struct past *p, struct text *values)
{
	char target[3 * LIMIT_RECORD_LINE];
	struct text t;

	text_open(&t, target, sizeof(target));
	fputs("# ", to);
	print_request(to, p);
	fputs(": ", to);
	print_times(to, p);
	if (!add_target(&t, p) || t.cut) {
		fputs("; no rule can name just this\n", to);
		return false;
	}
	fputs("\n", to);
	print_broader(to, p);
	/* Users of an unknown host are one value. */
	if (values->len > 0 && (class_of(p) == LOGIN_UNNAMED || class_of(p) == LOGIN_UNKNOWN))
		return true;
	text_add(values, " ");
	text_add(values, text_str(&t));
	return true;
}

/* As many of all as one rule holds. How many. */
static size_t
print_group(FILE *to, struct past *const *all, size_t count)
{
	char buf[VALUES_MAX + 4 * LIMIT_RECORD_LINE];
	struct text values;
	size_t i = 0;

	text_open(&values, buf, sizeof(buf));
	fputs("\n# key \"", to);
	past_print(to, all[0]->comment);
	fputs("\"\n", to);
	for (; i < count && compare_rules(all[0], all[i]) == 0 && values.len < VALUES_MAX; i++)
		(void)print_value(to, all[i], &values);
	if (values.len > 0)
		print_rule(to, all[0], text_str(&values));
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
		fprintf(to, "# %.*s, ", (int)r->word[PAST_CLIENT].len, (const char *)r->word[PAST_CLIENT].p);
		print_request(to, r);
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
	return one->result == PAST_ALLOWED || (one->result == PAST_ASKED && past_find(p, one, PAST_ALLOWED) == NULL);
}

void
suggest_write(FILE *to, const struct pasts *p)
{
	struct past **all = calloc(p->count + 1, sizeof(struct past *));
	size_t count = 0;

	if (all == NULL)
		abort();
	for (size_t i = 0; i < p->count; i++)
		if (is_wanted(p, &p->all[i]))
			all[count++] = &p->all[i];
	qsort(all, count, sizeof(struct past *), compare);
	fputs(
	    "# What was signed, and no more. The first rule that matches decides; what none matches is refused.\n", to);
	for (size_t i = 0; i < count;)
		i += print_group(to, all + i, count - i);
	print_refusals(to, p);
	if (p->unusable > 0)
		fprintf(to, "\n# %lu lines of the record say too little for a rule.\n", p->unusable);
	free(all);
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

int
suggest_run(int argc, char **argv)
{
	struct entries e = { 0 };
	struct args a = { .program = "qssh-vault", .options = { "since=", "client=", "against=" } };
	const char *home = getenv("HOME");
	char state_dir[STATEDIR_SIZE];
	struct pasts p;
	int64_t since;
	int error, status = 0;

	if (args_parse(&a, argc, argv) < 0 || read_since(a.values[0], &since) < 0)
		return 2;
	statedir_path(state_dir, home);
	error = entries_read(&e, state_dir);
	if (error < 0) {
		fprintf(stderr, "qssh-vault suggest: %s: %s\n", state_dir,
		    error == -ENOENT ? "no request has been recorded yet" : strerror(-error));
		return 1;
	}
	entries_sort(&e, false);
	past_read(&p, &e, a.values[1], since);
	if (a.values[2] != NULL)
		status = against_run(&p, a.values[2], home);
	else
		suggest_write(stdout, &p);
	past_free(&p);
	entries_free(&e);
	return fflush(stdout) == 0 ? status : 1;
}
