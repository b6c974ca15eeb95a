/* SPDX-License-Identifier: ISC */
#include "vault/against.h"

#include "base/text.h"
#include "store/recordline.h"
#include "store/rulesfile.h"
#include "vault/hostkeys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { EXIT_SAME = 0, EXIT_WRONG = 1, EXIT_CHANGES = 3 };

static enum verdict
verdict_of(enum past_result result)
{
	switch (result) {
	case PAST_ALLOWED: return ALLOW;
	case PAST_ASKED:
	case PAST_ASKED_NO: return ASK;
	default: return DENY;
	}
}

static const char *
would_be(enum verdict v)
{
	return v == ALLOW ? "signed without a question" : v == ASK ? "asked" : "refused";
}

/* 3 logins of dev to build.corp.example */
static void
print_requests(const struct past *p)
{
	struct span purpose = p->word[PAST_PURPOSE], name = p->word[PAST_NAME];
	const char *many = p->count == 1 ? "" : "s";

	if (!span_is(purpose, "login")) {
		printf("%lu signature%s (", p->count, many);
		past_print(stdout, purpose);
		fputs(") of ", stdout);
		past_print(stdout, p->word[PAST_CLIENT]);
		past_print_way(stdout, p);
		return;
	}
	printf("%lu login%s of ", p->count, many);
	past_print(stdout, p->word[PAST_CLIENT]);
	fputs(" as ", stdout);
	past_print(stdout, p->word[PAST_USER]);
	fputs(" to ", stdout);
	if (span_is(p->word[PAST_HOST], "proven") || span_is(p->word[PAST_HOST], "vouched"))
		past_print(stdout, name.len > 0 && !span_is(name, "-") ? name : p->word[PAST_HOSTKEY]);
	else
		fputs(span_is(p->word[PAST_HOST], "unnamed") ? "a host without a name" : "an unknown host", stdout);
	past_print_way(stdout, p);
}

static void
print_change(const struct past *p, const struct decision *d, const char *path)
{
	time_t seconds = (time_t)(p->last / 1000);
	struct tm tm;
	char date[16];

	print_requests(p);
	strftime(date, sizeof(date), "%Y-%m-%d", localtime_r(&seconds, &tm));
	printf(" would now be %s, not %s: ", would_be(d->verdict), would_be(verdict_of(p->result)));
	if (d->line != 0)
		printf("%s:%u", path, d->line);
	else
		fputs(d->reason, stdout);
	printf(" (the last on %s)\n", date);
}

/* How many requests would be decided otherwise. */
static unsigned long
compare(const struct past *p, const struct rulesfile *f, const struct hostkeys *h)
{
	static struct past_room room;
	struct decision d;
	struct facts facts;

	if (past_facts(p, &room, &facts) < 0)
		return 0;
	hostkeys_name(h, &facts);
	rules_decide(&f->rules, &facts, &d);
	if (d.verdict == verdict_of(p->result))
		return 0;
	/* An allow asks too, beyond its limits. */
	if (d.verdict == ALLOW && p->result == PAST_ASKED)
		return 0;
	print_change(p, &d, f->path);
	return p->count;
}

int
against_run(const struct pasts *p, const char *rules_path, const char *home)
{
	static struct rulesfile f;
	unsigned long changed = 0, all = 0;
	struct hostkeys h;

	if (rulesfile_read(&f, rules_path, home) < 0) {
		fprintf(stderr, "%s\neverything would be refused\n", f.reason);
		return EXIT_WRONG;
	}
	hostkeys_read(&h, home);
	for (size_t i = 0; i < p->count; i++) {
		if (p->all[i].result == PAST_OTHER)
			continue;
		changed += compare(&p->all[i], &f, &h);
		all += p->all[i].count;
	}
	hostkeys_free(&h);
	if (changed == 0)
		printf("All %lu requests would be decided as they were.\n", all);
	else
		printf("%lu of %lu requests would be decided otherwise.\n", changed, all);
	return changed == 0 ? EXIT_SAME : EXIT_CHANGES;
}
