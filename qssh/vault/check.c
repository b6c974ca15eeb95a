/* SPDX-License-Identifier: ISC */
#include "vault/check.h"

#include "base/qube.h"
#include "base/text.h"
#include "rules/check.h"
#include "rules/describe.h"
#include "ssh/fingerprint.h"
#include "ssh/hostport.h"
#include "store/knownhosts.h"
#include "store/rulesfile.h"
#include "sys/args.h"
#include "vault/held.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_ALLOW = 0, EXIT_DENY = 1, EXIT_USAGE = 2, EXIT_ASK = 3 };

/* As many findings as are worth reading. */
#define FINDINGS_MAX 100u

/* As many rules, and keys of a rule, as are looked for in an agent. */
#define KEYS_MAX 32u

enum option { RULES, CLIENT, ARG, KEY, TO, HOST, FOR, FORWARDED, VIA };

/* A request as the command line gives it; what the facts borrow from. */
struct request {
	struct facts facts;
	struct names_line host;
	struct names_line hops[LIMIT_BINDS];
	char comment[256];
	bool has_key;
	const char *no_name; /* of the host: what this vault has no name for, or NULL */
};

static int
complain(const char *option, const char *value, const char *what)
{
	fprintf(stderr, "qssh-vault check: --%s %s: %s\n", option, value, what);
	return -EINVAL;
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

/* The line's text, escaped: a rules file may hold what a terminal should not get. */
static void
print_line(const struct rulesfile *f, unsigned number)
{
	char shown[2048];
	const char *at = (const char *)f->text, *end;
	struct text t;

	if (f->path[0] == '\0' || number == 0)
		return;
	while (--number > 0) {
		at = strchr(at, '\n');
		if (at == NULL)
			return;
		at++;
	}
	end = strchrnul(at, '\n');
	text_open(&t, shown, sizeof(shown));
	text_untrusted(&t, (struct span){ (const uint8_t *)at, (size_t)(end - at) }, 400);
	printf("  %s\n", text_str(&t));
}

/* whole: the file has no bad line. */
static size_t
print_findings(const struct rulesfile *f, bool whole)
{
	static struct check_finding findings[FINDINGS_MAX];
	size_t count = check_rules(&f->rules, findings, FINDINGS_MAX);

	for (size_t i = 0; i < count && i < FINDINGS_MAX; i++) {
		char words[512];
		struct text t;

		if (!whole && findings[i].kind == CHECK_NOTHING)
			continue;
		text_open(&t, words, sizeof(words));
		check_describe(&t, &findings[i]);
		printf("%s:%u: %s\n", f->path, findings[i].line, text_str(&t));
		print_line(f, findings[i].line);
	}
	if (count > FINDINGS_MAX)
		printf("and %zu more\n", count - FINDINGS_MAX);
	return count;
}

/* Every line that is wrong, and what is odd about the rest. */
static int
trial_of_errors(struct rulesfile *f, const char *home)
{
	unsigned shown = 0;

	do {
		printf("%s\n", f->reason);
		print_line(f, f->bad_line);
	} while (++shown < FINDINGS_MAX && rulesfile_rest(f, home) == -EINVAL);
	if (f->bad_line == 0)
		print_findings(f, false);
	fputs("everything is refused until this is mended\n", stderr);
	return EXIT_DENY;
}

/* Host keys whose names no one can read. */
static size_t
count_hashed(const char *home)
{
	struct hosts_walk walk = { 0 };
	struct hosts_known known;
	struct hosts *h;
	size_t n = 0;

	if (hosts_open(&h, home) < 0)
		return 0;
	while (hosts_walk_next(h, &walk, &known))
		n += names_any(&known.names) && names_shown(&known.names).len == 0;
	hosts_free(h);
	return n;
}

/* True: a rule has a pattern, and known_hosts hashed names. */
static bool
print_hashed(const struct rulesfile *f, const char *home)
{
	unsigned line = check_pattern(&f->rules);
	size_t n = line == 0 ? 0 : count_hashed(home);

	if (n == 0)
		return false;
	printf(
	    "%s:%u: a pattern doesn't see hashed names, and %zu host key%s in known_hosts %s no other: for each that "
	    "is meant, qssh-vault trust FINGERPRINT NAME (ssh-keygen -l -f FILE shows fingerprints)\n",
	    f->path, line, n, n == 1 ? "" : "s", n == 1 ? "has" : "have");
	print_line(f, line);
	return true;
}

/* A key that the rule gives by its hash, of a file or written out, and that its agent does not hold. */
static bool
lacks_key(const struct rulesfile *f, const struct rule *rule, const char *home)
{
	for (uint32_t i = 0; i < rule->keys.count && i < KEYS_MAX; i++) {
		const struct rules_key *key = &f->rules.key[rule->keys.first + i];
		struct facts facts = { 0 };

		memcpy(facts.key_hash, key->hash, SHA256_SIZE);
		if (key->text.p == NULL && held_find(&f->rules, home, &facts) == HELD_NO)
			return true;
	}
	return false;
}

/* Of rules for calls without an argument: which agents others mean isn't known here. True: something was printed. */
static bool
print_lacking(const struct rulesfile *f, const char *home)
{
	unsigned looks = 0;
	bool any = false;

	for (size_t i = 0; i < f->rules.count && looks < KEYS_MAX; i++) {
		const struct rule *rule = &f->rules.rule[i];

		if (rule->verdict == DENY || (rule->clauses & RULES_ARG) || rule->keys.count == 0)
			continue;
		looks++;
		if (!lacks_key(f, rule, home))
			continue;
		printf(
		    "%s:%u: the vault's agent does not hold a key of this line, which says what would be if it did\n",
		    f->path, rule->line);
		print_line(f, rule->line);
		any = true;
	}
	return any;
}

static int
trial_of_file(const struct rulesfile *f, const char *home)
{
	bool odd = print_hashed(f, home);

	odd |= print_lacking(f, home);
	if (print_findings(f, true) > 0 || odd)
		return EXIT_ASK;
	printf("%s: in order\n", f->path[0] != '\0' ? f->path : "there is no rules file, and the built-in rules hold");
	return EXIT_ALLOW;
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
set_key(struct request *r, const char *s)
{
	r->has_key = s != NULL;
	if (s == NULL)
		return 0;
	if (fingerprint_begins(span_of(s)))
		return fingerprint_read(span_of(s), r->facts.key_hash) == 0
			   ? 0
			   : complain("key", s, "this is not a full fingerprint");
	if (strchr(s, '/') == NULL && (strlen(s) < 4 || strcmp(s + strlen(s) - 4, ".pub") != 0)) {
		snprintf(r->comment, sizeof(r->comment), "%s", s);
		return 0;
	}
	if (rulesfile_key_hash(NULL, s, r->facts.key_hash) < 0)
		return complain("key", s, "this is not a file with one public key");
	read_comment(s, r->comment, sizeof(r->comment));
	return 0;
}

static int
set_purpose(struct agentmsg_signed *what, const char *s)
{
	static const struct {
		const char *word;
		enum purpose purpose;
	} words[] = { { "login", PURPOSE_LOGIN }, { "certificate", PURPOSE_CERTIFICATE }, { "pam", PURPOSE_PAM },
		{ "opaque", PURPOSE_OPAQUE } };

	what->purpose = PURPOSE_LOGIN;
	if (s == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(s, words[i].word) == 0) {
			what->purpose = words[i].purpose;
			return 0;
		}
	}
	what->purpose = PURPOSE_SSHSIG;
	if (strcmp(s, "git") == 0)
		what->ns = span_of("git");
	else if (strncmp(s, "sshsig:", 7) == 0 && s[7] != '\0')
		what->ns = span_of(s + 7);
	else
		return complain("for", s, "this is not a purpose");
	return 0;
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
set_host(struct request *r, const char *s)
{
	const char *at = s == NULL ? NULL : strrchr(s, '@'), *host = at == NULL ? s : at + 1;

	if (s == NULL)
		return 0;
	if (at != NULL)
		r->facts.what.user = (struct span){ (const uint8_t *)s, (size_t)(at - s) };
	if (fingerprint_begins(span_of(host)))
		return fingerprint_read(span_of(host), r->facts.host_hash) == 0
			   ? 0
			   : complain("to", s, "this is not a full fingerprint");
	if (*host == '\0' || strpbrk(host, "*?,!| ") != NULL)
		return complain("to", s, "this is not a host");
	r->host.field = span_of(host);
	r->facts.names.plain = &r->host;
	return 0;
}

/* The host's names as this vault's known_hosts have them: some may be hashed. */
static void
find_names(struct request *r, const struct hosts *h)
{
	struct hosts_walk walk = { 0 };
	struct hosts_known known;
	struct agentmsg_key key;
	uint8_t blob[HOSTS_KEY_SIZE];
	struct span host;
	uint16_t port;

	if (!hostport_read(r->host.field, &host, &port))
		return;
	r->no_name = (const char *)r->host.field.p;
	while (hosts_walk_next(h, &walk, &known)) {
		if (!names_has(&known.names, host, port) || hosts_key_read(known.key, blob, &key) < 0)
			continue;
		r->no_name = NULL;
		r->facts.names = known.names;
		agentmsg_key_hash(&key, r->facts.host_hash);
		if (names_hashed(&known.names))
			return;
	}
}

/* Of a host that is given by its name. The table, which the request's names point into; NULL: none is needed. */
static struct hosts *
look_up_host(struct request *r, const char *home)
{
	struct hosts *h;

	if (r->facts.names.plain == NULL || hosts_open(&h, home) < 0)
		return NULL;
	find_names(r, h);
	return h;
}

/* One of the hosts that it came by: a name, SHA256:FINGERPRINT, or @unnamed. */
static int
add_hop(struct request *r, const char *s, struct span word)
{
	struct facts *f = &r->facts;
	struct hop *hop = &f->hops[f->hop_count];

	if (f->hop_count == LIMIT_BINDS)
		return complain("via", s, "there are more hosts than an agent takes");
	hop->named = !span_is(word, "@unnamed");
	r->hops[f->hop_count].field = word;
	if (fingerprint_begins(word) && fingerprint_read(word, hop->hash) < 0)
		return complain("via", s, "this is not a full fingerprint");
	if (!fingerprint_begins(word) && hop->named) {
		if (word.len == 0 || span_has(word, '@') || strpbrk(s, "*?!| ") != NULL)
			return complain("via", s, "these are not hosts with commas between them");
		hop->names.plain = &r->hops[f->hop_count];
	}
	f->hop_count++;
	return 0;
}

static int
set_way(struct request *r, const char *s)
{
	struct facts *f = &r->facts;
	struct span rest;

	if (s == NULL)
		return 0;
	if (f->forwarded == TRI_NO)
		return complain("via", s, "this is forwarded, and --forwarded no was said");
	f->forwarded = TRI_YES;
	f->way_whole = true;
	rest = span_of(s);
	do {
		if (add_hop(r, s, span_cut(&rest, ',')) < 0)
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

static int
read_request(struct request *r, const struct args *a)
{
	const char *const *v = a->values;
	struct facts *f = &r->facts;

	f->client = span_of(v[CLIENT]);
	f->arg = span_of(v[ARG] == NULL ? "" : v[ARG]);
	if (!qube_is_name(f->client))
		return complain("client", v[CLIENT], "this is not a qube's name");
	if (set_key(r, v[KEY]) < 0 || set_purpose(&f->what, v[FOR]) < 0 || set_known(f, v[HOST], v[TO] != NULL) < 0 ||
	    set_host(r, v[TO]) < 0 || set_forwarded(f, v[FORWARDED]) < 0 || set_way(r, v[VIA]) < 0)
		return -EINVAL;
	settle_forwarded(f);
	f->comment = span_of(r->comment);
	if (f->host == HOST_UNNAMED || f->host == HOST_UNKNOWN)
		f->names.plain = NULL;
	return 0;
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
print_missing(const struct rulesfile *f, const struct request *r, const char *home)
{
	if (r->has_key && held_find(&f->rules, home, &r->facts) == HELD_NO)
		puts("  if an agent held the key: the agent for this argument does not");
	if (r->no_name != NULL)
		printf("  if the host had that name: no key in the known_hosts has it, see qssh-vault hosts\n");
}

static int
trial_of_request(const struct rulesfile *f, const struct request *r, const char *home)
{
	struct decision d;

	rules_decide(&f->rules, &r->facts, &d);
	printf("%s: ", describe_verdict(d.verdict));
	print_place(f, &d);
	putchar('\n');
	print_line(f, d.builtin ? 0 : d.line);
	if (d.verdict == DENY && d.reason[0] != '\0')
		printf("  %s\n", d.reason);
	if (d.vouched_line != 0)
		printf("  line %u would match with the word vouched\n", d.vouched_line);
	print_options(&d);
	print_missing(f, r, home);
	printf("  the key is %s\n", rules_lists(&f->rules, &r->facts) ? "listed" : "not listed");
	return d.verdict == ALLOW ? EXIT_ALLOW : d.verdict == ASK ? EXIT_ASK : EXIT_DENY;
}

int
trial_run(int argc, char **argv)
{
	static struct rulesfile f;
	static struct request r;
	struct args a = { .program = "qssh-vault",
		.options = { "rules=", "client=", "arg=", "key=", "to=", "host=", "for=", "forwarded=", "via=" } };
	const char *home = getenv("HOME");
	struct hosts *h;
	int error, status;

	if (args_parse(&a, argc, argv) < 0)
		return EXIT_USAGE;
	for (int i = ARG; i <= VIA; i++) {
		if (a.values[i] != NULL && a.values[CLIENT] == NULL) {
			fputs("qssh-vault check: a request needs --client NAME\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (a.values[CLIENT] != NULL && read_request(&r, &a) < 0)
		return EXIT_USAGE;
	error = a.values[RULES] != NULL ? rulesfile_read(&f, a.values[RULES], home) : rulesfile_open(&f, home);
	if (error < 0)
		return trial_of_errors(&f, home);
	if (a.values[CLIENT] == NULL)
		return trial_of_file(&f, home);
	h = look_up_host(&r, home);
	status = trial_of_request(&f, &r, home);
	hosts_free(h);
	return status;
}
