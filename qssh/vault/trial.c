/* SPDX-License-Identifier: ISC */
#include "vault/trial.h"

#include "base/qube.h"
#include "base/text.h"
#include "rules/describe.h"
#include "ssh/fingerprint.h"
#include "ssh/hostport.h"
#include "store/knownhosts.h"
#include "vault/held.h"
#include "vault/purpose.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
complain(const char *option, const char *value, const char *what)
{
	fprintf(stderr, "qssh-vault check: --%s %s: %s\n", option, value, what);
	return -EINVAL;
}

/* What follows type and key in a .pub file: the comment that the agent has, unless a private key has its own. */
static void
read_comment(const char *path, char *comment, size_t size)
{
	FILE *f = fopen(path, "re");
	char line[16384], *at;

	if (f == NULL)
		return;
	at = fgets(line, sizeof(line), f);
	for (int word = 0; at != NULL && word < 2; word++) {
		at = strchr(at, ' ');
		if (at != NULL)
			at++;
	}
	if (at != NULL) {
		at[strcspn(at, "\r\n")] = '\0';
		snprintf(comment, size, "%s", at);
	}
	fclose(f);
}

static int
set_key(struct trial *t, const char *s)
{
	t->has_key = s != NULL;
	if (s == NULL)
		return 0;
	if (fingerprint_begins(span_of(s)))
		return fingerprint_read(span_of(s), t->facts.key_hash) == 0
			   ? 0
			   : complain("key", s, "this is not a full fingerprint");
	if (strchr(s, '/') == NULL && (strlen(s) < 4 || strcmp(s + strlen(s) - 4, ".pub") != 0)) {
		snprintf(t->comment, sizeof(t->comment), "%s", s);
		return 0;
	}
	if (rulesfile_key_hash(NULL, s, t->facts.key_hash) < 0)
		return complain("key", s, "this is not a file with one public key");
	read_comment(s, t->comment, sizeof(t->comment));
	return 0;
}

static int
set_purpose(struct signdata *what, const char *s)
{
	return purpose_read(what, span_of(s == NULL ? "login" : s)) == 0 ? 0
									 : complain("for", s, "this is not a purpose");
}

static int
set_known(struct facts *f, const char *s, bool has_host)
{
	static const enum host_known KNOWN[] = { HOST_UNKNOWN, HOST_UNNAMED, HOST_VOUCHED, HOST_PROVEN };

	f->host = has_host ? HOST_PROVEN : HOST_UNKNOWN;
	if (s == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++) {
		if (strcmp(s, describe_host_known(KNOWN[i])) == 0) {
			f->host = KNOWN[i];
			return 0;
		}
	}
	return complain("host", s, "this is not one of proven, vouched, unnamed, unknown");
}

/* USER@HOST, split at the last @. The host gets the one name that was given, as a known_hosts line would give it. */
static int
set_host(struct trial *t, const char *s)
{
	const char *at = s == NULL ? NULL : strrchr(s, '@'), *host = at == NULL ? s : at + 1;
	struct span name;
	uint16_t port;

	if (s == NULL)
		return 0;
	if (at == s)
		return complain("to", s, "the user is empty");
	if (at != NULL)
		t->facts.what.user = (struct span){ (const uint8_t *)s, (size_t)(at - s) };
	if (fingerprint_begins(span_of(host)))
		return fingerprint_read(span_of(host), t->facts.host_hash) == 0
			   ? 0
			   : complain("to", s, "this is not a full fingerprint");
	if (*host == '\0' || strpbrk(host, "*?,!| ") != NULL ||
	    (*host == '[' && !hostport_read(span_of(host), &name, &port)))
		return complain("to", s, "this is not a host");
	t->host.field = span_of(host);
	t->facts.names.plain = &t->host;
	return 0;
}

/* One of the hosts that it came by: a name, SHA256:FINGERPRINT, or @unnamed. */
static int
add_hop(struct trial *t, const char *s, struct span word)
{
	struct facts *f = &t->facts;
	struct hop *hop = &f->hops[f->hop_count];

	if (f->hop_count == LIMIT_BINDS)
		return complain("via", s, "there are more hosts than an agent takes");
	hop->named = !span_is(word, "@unnamed");
	t->hops[f->hop_count].field = word;
	if (fingerprint_begins(word) && fingerprint_read(word, hop->hash) < 0)
		return complain("via", s, "this is not a full fingerprint");
	if (!fingerprint_begins(word) && hop->named) {
		if (word.len == 0 || span_has(word, '@') || strpbrk(s, "*?!| ") != NULL)
			return complain("via", s, "these are not hosts with commas between them");
		hop->names.plain = &t->hops[f->hop_count];
	}
	f->hop_count++;
	return 0;
}

static int
set_way(struct trial *t, const char *s)
{
	struct facts *f = &t->facts;
	struct span rest;

	if (s == NULL)
		return 0;
	if (f->forwarded == TRI_NO)
		return complain("via", s, "this is forwarded, and --forwarded no was said");
	f->forwarded = TRI_YES;
	f->way_whole = true;
	rest = span_of(s);
	do {
		if (add_hop(t, s, span_cut(&rest, ',')) < 0)
			return -EINVAL;
	} while (rest.p != NULL);
	return 0;
}

static int
set_forwarded(struct facts *f, const char *s)
{
	if (s == NULL)
		return 0;
	if (strcmp(s, "yes") != 0 && strcmp(s, "no") != 0)
		return complain("forwarded", s, "yes or no");
	f->forwarded = s[0] == 'y' ? TRI_YES : TRI_NO;
	return 0;
}

/* A login whose host is known came with a bind, which would have said so. */
static void
settle_forwarded(struct facts *f)
{
	if (f->forwarded == TRI_UNKNOWN && f->host != HOST_UNKNOWN)
		f->forwarded = TRI_NO;
}

int
trial_read(struct trial *t, const char *const words[TRIAL_WORDS])
{
	struct facts *f = &t->facts;

	f->client = span_of(words[TRIAL_CLIENT]);
	f->arg = span_of(words[TRIAL_ARG] == NULL ? "" : words[TRIAL_ARG]);
	if (!qube_is_name(f->client))
		return complain("client", words[TRIAL_CLIENT], "this is not a qube's name");
	if (set_key(t, words[TRIAL_KEY]) < 0 || set_purpose(&f->what, words[TRIAL_FOR]) < 0 ||
	    set_known(f, words[TRIAL_HOST], words[TRIAL_TO] != NULL) < 0 || set_host(t, words[TRIAL_TO]) < 0 ||
	    set_forwarded(f, words[TRIAL_FORWARDED]) < 0 || set_way(t, words[TRIAL_VIA]) < 0)
		return -EINVAL;
	settle_forwarded(f);
	f->comment = span_of(t->comment);
	if (f->host == HOST_UNNAMED || f->host == HOST_UNKNOWN)
		f->names.plain = NULL;
	return 0;
}

/* Where the rules stand: FILE:LINE, or the built-in ones. */
static void
print_place(const struct rulesfile *f, const struct decision *d)
{
	if (d->builtin || f->path[0] == '\0')
		fputs("the built-in rules", stdout);
	else if (d->line == 0)
		fputs(f->path, stdout);
	else
		printf("%s:%u", f->path, d->line);
}

void
trial_print_line(const struct rulesfile *f, unsigned number)
{
	char shown[2048];
	const char *at = (const char *)f->text, *end;
	struct text text;

	if (f->path[0] == '\0' || number == 0)
		return;
	while (--number > 0) {
		at = strchr(at, '\n');
		if (at == NULL)
			return;
		at++;
	}
	end = strchrnul(at, '\n');
	if (end == at)
		return;
	text_open(&text, shown, sizeof(shown));
	text_untrusted(&text, (struct span){ (const uint8_t *)at, (size_t)(end - at) }, 400);
	printf("  %s\n", text_str(&text));
}

/* The host's names as this vault's known_hosts have them: some may be hashed. */
static void
find_names(struct trial *t, const struct hosts *h)
{
	struct hosts_walk walk = { 0 };
	struct hosts_known known;
	struct sshkey key;
	uint8_t blob[HOSTS_KEY_SIZE];
	struct span host;
	uint16_t port;

	if (!hostport_read(t->host.field, &host, &port))
		return;
	t->no_name = (const char *)t->host.field.p;
	while (hosts_walk_next(h, &walk, &known)) {
		if (!names_has(&known.names, host, port) || hosts_key_read(known.key, blob, &key) < 0)
			continue;
		t->no_name = NULL;
		t->facts.names = known.names;
		sshkey_hash(&key, t->facts.host_hash);
		if (names_hashed(&known.names))
			return;
	}
}

/* Of a host that is given by its name. The table, which the request's names point into; NULL: none is needed. */
static struct hosts *
look_up_host(struct trial *t, const char *home)
{
	struct hosts *h;

	if (t->facts.names.plain == NULL || hosts_open(&h, home) < 0)
		return NULL;
	find_names(t, h);
	return h;
}

static void
print_limit(const char *word, uint32_t n)
{
	if (n == RULES_USES_ANY)
		printf("%s any", word);
	else
		printf("%s %u", word, n);
}

static void
print_options(const struct decision *d)
{
	if (d->verdict == ALLOW) {
		fputs("  without a question: ", stdout);
		print_limit("uses", d->uses);
		print_limit(" on a connection, rate", d->rate);
		printf(" in %u s from this qube; beyond that it asks\n", d->rate_seconds);
	} else if (d->verdict == ASK) {
		printf("  the question waits %u s", d->timeout_seconds);
		if (d->remember_seconds > 0)
			printf(", and a yes can be remembered for %u s", d->remember_seconds);
		putchar('\n');
	}
	if (d->quiet)
		puts("  quiet: no notification");
}

/* What the rules don't say: the key and the host must be there as well. */
static void
print_missing(const struct rulesfile *f, const struct trial *t, const char *home)
{
	enum held held = t->has_key ? held_find(&f->rules, home, &t->facts) : HELD_YES;

	if (held == HELD_NO)
		puts("  if an agent held the key: the agent for this argument does not");
	else if (held == HELD_UNKNOWN)
		puts("  if an agent holds the key: the one for this argument does not run now");
	if (t->no_name != NULL)
		printf("  if the host had that name: no key in the known_hosts has it, see qssh-vault hosts\n");
}

enum verdict
trial_decide(struct trial *t, const struct rulesfile *f, const char *home)
{
	struct hosts *h = look_up_host(t, home);
	struct decision d;

	rules_decide(&f->rules, &t->facts, &d);
	printf("%s: ", describe_verdict(d.verdict));
	print_place(f, &d);
	putchar('\n');
	trial_print_line(f, d.builtin ? 0 : d.line);
	if (d.verdict == DENY && d.reason[0] != '\0')
		printf("  %s\n", d.reason);
	if (d.vouched_line != 0)
		printf("  line %u would match with the word vouched\n", d.vouched_line);
	print_options(&d);
	print_missing(f, t, home);
	printf("  the key is %s\n", rules_lists(&f->rules, &t->facts) ? "listed" : "not listed");
	hosts_free(h);
	return d.verdict;
}
