/* SPDX-License-Identifier: ISC */
#include "vault/check.h"

#include "base/text.h"
#include "rules/check.h"
#include "store/knownhosts.h"
#include "store/rulesfile.h"
#include "sys/args.h"
#include "vault/held.h"
#include "vault/trial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_ALLOW = 0, EXIT_DENY = 1, EXIT_USAGE = 2, EXIT_ASK = 3 };

/* As many findings as are worth reading. */
#define FINDINGS_MAX 100u

/* As many rules, and keys of a rule, as are looked for in an agent. */
#define KEYS_MAX 32u

/* The options: a file, and the words of a request. */
enum option { RULES, REQUEST };

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
		trial_print_line(f, findings[i].line);
	}
	if (count > FINDINGS_MAX)
		printf("and %zu more\n", count - FINDINGS_MAX);
	return count;
}

/* Every line that is wrong, and what is odd about the rest. in_force: they are the rules that hold here. */
static int
check_errors(struct rulesfile *f, const char *home, bool in_force)
{
	unsigned shown = 0;

	do {
		printf("%s\n", f->reason);
		trial_print_line(f, f->bad_line);
	} while (++shown < FINDINGS_MAX && rulesfile_rest(f, home) == -EINVAL);
	if (f->bad_line == 0)
		print_findings(f, false);
	fputs(in_force ? "everything is refused until this is mended\n" : "these rules would refuse everything\n",
	    stderr);
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
	trial_print_line(f, line);
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
		trial_print_line(f, rule->line);
		any = true;
	}
	return any;
}

static int
check_file(const struct rulesfile *f, const char *home)
{
	bool odd = print_hashed(f, home);

	odd |= print_lacking(f, home);
	if (print_findings(f, true) > 0 || odd)
		return EXIT_ASK;
	printf("%s: in order\n", f->path[0] != '\0' ? f->path : "there is no rules file, and the built-in rules hold");
	return EXIT_ALLOW;
}

static int
exit_of(enum verdict v)
{
	return v == ALLOW ? EXIT_ALLOW : v == ASK ? EXIT_ASK : EXIT_DENY;
}

int
check_run(int argc, char **argv)
{
	static struct rulesfile f;
	static struct trial t;
	struct args a = { .program = "qssh-vault",
		.options = { "rules=", "client=", "arg=", "key=", "to=", "host=", "for=", "forwarded=", "via=" } };
	const char *home = getenv("HOME");
	const char *const *words;
	int error;

	if (args_parse(&a, argc, argv) < 0)
		return EXIT_USAGE;
	words = a.values + REQUEST;
	for (int i = 0; i < TRIAL_WORDS; i++) {
		if (words[i] != NULL && words[TRIAL_CLIENT] == NULL) {
			fputs("qssh-vault check: a request needs --client NAME\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (words[TRIAL_CLIENT] != NULL && trial_read(&t, words) < 0)
		return EXIT_USAGE;
	error = a.values[RULES] != NULL ? rulesfile_read(&f, a.values[RULES], home) : rulesfile_open(&f, home);
	if (error < 0)
		return check_errors(&f, home, a.values[RULES] == NULL);
	return words[TRIAL_CLIENT] == NULL ? check_file(&f, home) : exit_of(trial_decide(&t, &f, home));
}
