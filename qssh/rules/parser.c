/* SPDX-License-Identifier: ISC */
#include "rules/keyindex.h"
#include "rules/rules.h"

#include "base/text.h"
#include "base/utf8.h"
#include "ssh/fingerprint.h"

#include <errno.h>
#include <string.h>

#define USES_DEFAULT 1u
#define RATE_DEFAULT 20u
#define RATE_SECONDS_DEFAULT 60u
#define TIMEOUT_DEFAULT 60u
#define TIMEOUT_MAX 100u
#define REMEMBER_MAX (24u * 3600u)

/* A home directory and what stands behind it. */
#define PATH_SIZE 8192u

#define LOGIN (1u << PURPOSE_LOGIN)
#define SSHSIG (1u << PURPOSE_SSHSIG)

#define TOO_MANY "the file has more than 65536 values of this kind"

/* What is forwarded is how others borrow keys: it is asked about first, and no answer to it is remembered. */
static const char builtin_text[] = "ask * arg * for any forwarded yes\n"
				   "allow * arg * for login sshsig:*\n"
				   "ask * arg * for any\n";

/*
 * The line that is being read.
 * What reads a part of it begins at that part's first word and ends at the word behind it: 0, or -EINVAL with
 * *error filled.
 */
struct parser {
	struct rules *r; /* what the line adds to */
	const struct rules_keyfile *keyfile; /* NULL: no key file can be named */
	struct rules_error *error;
	unsigned line; /* from 1 */
	struct words words;
	struct word word; /* the one to be read next */
	bool more; /* there is one */
};

static int
fail_at(struct parser *p, size_t column, const char *reason)
{
	struct text t;

	p->error->line = p->line;
	p->error->column = (unsigned)column;
	text_open(&t, p->error->reason, sizeof(p->error->reason));
	text_add(&t, reason);
	return -EINVAL;
}

/* The word to be read next is wrong. */
static int
fail(struct parser *p, const char *reason)
{
	return fail_at(p, p->word.column, reason);
}

static int
next(struct parser *p)
{
	p->more = words_next(&p->words, &p->word);
	return p->words.bad != NULL ? fail(p, p->words.bad) : 0;
}

/* Goes past the last word. */
static int
end(struct parser *p)
{
	if (next(p) != 0)
		return -EINVAL;
	return p->more ? fail(p, "the line should end here") : 0;
}

/* The word to be read next is this keyword. */
static bool
at(const struct parser *p, const char *keyword)
{
	return p->more && !p->word.quoted && span_is(p->word.text, keyword);
}

/* A line without its LF: UTF-8 of at most LIMIT_RULES_LINE bytes, without control characters but the tab. */
static int
line_check(struct parser *p, struct span text)
{
	size_t i = 0, len;

	if (text.len > LIMIT_RULES_LINE)
		return fail_at(p, LIMIT_RULES_LINE + 1, "the line is longer than 4096 bytes");
	if (span_starts(text, "\xef\xbb\xbf"))
		return fail_at(p, 1, "a byte order mark: save the file as UTF-8 without one");
	for (; i < text.len; i += len) {
		uint8_t c = text.p[i];

		if (c == '\r')
			return fail_at(
			    p, i + 1, "a line ends in LF alone, without CR: save the file with Unix line ends");
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return fail_at(p, i + 1, "a control character");
		len = utf8_len((struct span){ text.p + i, text.len - i });
		if (len == 0)
			return fail_at(p, i + 1, "this is not UTF-8");
	}
	return 0;
}

/* ---- Values: each takes one word. 0, or -EINVAL with *why. */

static int
pattern_add(struct rules *r, struct rules_range *range, struct rules_pattern pattern, const char **why)
{
	if (r->pattern_count == LIMIT_RULES_VALUES)
		return value_fail(why, TOO_MANY);
	if (range->count++ == 0)
		range->first = (uint32_t)r->pattern_count;
	r->pattern[r->pattern_count++] = pattern;
	return 0;
}

/* CLIENTS and ARGS: patterns separated by commas. The empty word is the one empty pattern. */
static int
list_read(struct parser *p, struct rules_range *range, const char **why)
{
	struct span rest = rules_keep(p->r, &p->word);
	bool empty = rest.len == 0;

	do {
		struct rules_pattern pattern = { .text = span_cut(&rest, ',') };

		pattern.excludes = span_starts(pattern.text, "!");
		if (pattern.excludes)
			pattern.text = (struct span){ pattern.text.p + 1, pattern.text.len - 1 };
		if (pattern.text.len == 0 && !empty)
			return value_fail(why, "a pattern of the list is empty");
		if (pattern_add(p->r, range, pattern, why) != 0)
			return -EINVAL;
	} while (rest.p != NULL);
	return 0;
}

static int
take_arg(struct parser *p, struct rule *rule, const char **why)
{
	return list_read(p, &rule->args, why);
}

/* home and what stands behind the ~, or the path itself. */
static int
path_read(struct span word, const char *home, char path[PATH_SIZE], const char **why)
{
	size_t n = 0;

	if (span_starts(word, "~/")) {
		if (home == NULL || home[0] != '/')
			return value_fail(why, "~/ has no meaning without a home directory");
		n = strlen(home);
		if (n >= PATH_SIZE)
			return value_fail(why, "the path is too long");
		memcpy(path, home, n);
		word.p++;
		word.len--;
	} else if (!span_starts(word, "/")) {
		return value_fail(why, "a path begins with / or ~/");
	}
	if (word.len >= PATH_SIZE - n)
		return value_fail(why, "the path is too long");
	memcpy(path + n, word.p, word.len);
	path[n + word.len] = '\0';
	return 0;
}

static const char *
keyfile_reason(int err)
{
	switch (err) {
	case -ENOENT: return "there is no such key file";
	case -EINVAL: return "the file holds no public key";
	case -E2BIG: return "the file holds more than one public key";
	case -EACCES: return "the key file may not be read";
	default: return "the key file can't be read";
	}
}

/* The hash of a key file's key. Each file is read once. */
static int
keyfile_read(struct parser *p, uint8_t hash[SHA256_SIZE], const char **why)
{
	const struct rules_named *known = rules_find(p->r, RULES_KEYFILE, p->word.text);
	struct rules_named n = { .kind = RULES_KEYFILE };
	char path[PATH_SIZE];
	int err;

	if (known == NULL) {
		if (path_read(p->word.text, p->keyfile != NULL ? p->keyfile->home : NULL, path, why) != 0)
			return -EINVAL;
		if (p->keyfile == NULL)
			return value_fail(why, "a key file can't be named here");
		err = p->keyfile->hash(p->keyfile->ctx, path, n.hash);
		if (err != 0)
			return value_fail(why, keyfile_reason(err));
		n.name = rules_keep(p->r, &p->word);
		if (rules_add(p->r, &n) != 0)
			return value_fail(why, "too many agents and key files");
		known = &n;
	}
	memcpy(hash, known->hash, SHA256_SIZE);
	return 0;
}

static bool
is_path(struct span word)
{
	return span_starts(word, "~") || span_starts(word, "/");
}

static int
take_key(struct parser *p, struct rule *rule, const char **why)
{
	struct rules_key *key = &p->r->key[p->r->key_count];
	struct span word = p->word.text;
	int err = 0;

	if (p->r->key_count == LIMIT_RULES_VALUES)
		return value_fail(why, TOO_MANY);
	key->text = (struct span){ NULL, 0 };
	if (is_path(word))
		err = keyfile_read(p, key->hash, why);
	else if (fingerprint_begins(word))
		err = value_fingerprint(word, key->hash, why);
	else
		key->text = rules_keep(p->r, &p->word);
	if (rule->keys.count++ == 0)
		rule->keys.first = (uint32_t)p->r->key_count;
	p->r->key_count++;
	return err;
}

/* The next of the rule's destinations or hops; NULL: there is no more room. */
static struct value_to *
host_add(struct rules *r, struct rules_range *range, const char **why)
{
	if (r->to_count == LIMIT_RULES_VALUES) {
		value_fail(why, TOO_MANY);
		return NULL;
	}
	if (range->count++ == 0)
		range->first = (uint32_t)r->to_count;
	return &r->to[r->to_count++];
}

static int
take_to(struct parser *p, struct rule *rule, const char **why)
{
	struct value_to *to = host_add(p->r, &rule->to, why);

	return to == NULL ? -EINVAL : value_to(rules_keep(p->r, &p->word), p->word.quoted, to, why);
}

static int
take_via(struct parser *p, struct rule *rule, const char **why)
{
	struct value_to *hop = host_add(p->r, &rule->via, why);

	return hop == NULL ? -EINVAL : value_via(rules_keep(p->r, &p->word), hop, why);
}

static int
take_for(struct parser *p, struct rule *rule, const char **why)
{
	struct value_purpose purpose;

	if (value_purpose(rules_keep(p->r, &p->word), p->word.quoted, &purpose, why) != 0)
		return -EINVAL;
	rule->purposes |= purpose.purposes;
	if (purpose.ns.len == 0)
		return 0;
	return pattern_add(p->r, &rule->namespaces, (struct rules_pattern){ .text = purpose.ns }, why);
}

static int
take_forwarded(struct parser *p, struct rule *rule, const char **why)
{
	if (!at(p, "yes") && !at(p, "no"))
		return value_fail(why, "forwarded is yes or no");
	rule->forwarded = at(p, "yes") ? TRI_YES : TRI_NO;
	return 0;
}

static int
take_remember(struct parser *p, struct rule *rule, const char **why)
{
	if (value_duration(p->word.text, &rule->remember_seconds, why) != 0)
		return -EINVAL;
	return rule->remember_seconds <= REMEMBER_MAX ? 0 : value_fail(why, "an answer is remembered for 24h at most");
}

static int
take_timeout(struct parser *p, struct rule *rule, const char **why)
{
	if (value_duration(p->word.text, &rule->timeout_seconds, why) != 0)
		return -EINVAL;
	return rule->timeout_seconds <= TIMEOUT_MAX ? 0 : value_fail(why, "a question waits for 100s at most");
}

static int
take_uses(struct parser *p, struct rule *rule, const char **why)
{
	return value_count(p->word.text, p->word.quoted, &rule->uses, why);
}

static int
take_rate(struct parser *p, struct rule *rule, const char **why)
{
	return value_rate(p->word.text, p->word.quoted, &rule->rate, &rule->rate_seconds, why);
}

static int
take_nickname(struct parser *p, struct rule *rule, const char **why)
{
	(void)why;
	rule->nickname = rules_keep(p->r, &p->word);
	return 0;
}

/* ---- Clauses: which rules may have them, and what each takes. */

#define OF_DENY (1u << DENY)
#define OF_ASK (1u << ASK)
#define OF_ALLOW (1u << ALLOW)
#define OF_ALL (OF_DENY | OF_ASK | OF_ALLOW)

enum clause_takes { TAKES_NONE, TAKES_ONE, TAKES_MORE };

static const struct clause {
	const char *word;
	enum rules_clause bit;
	unsigned verdicts; /* the rules that may have it */
	enum clause_takes takes;
	int (*take)(struct parser *, struct rule *, const char **why);
} clauses[] = {
	{ "key", RULES_KEY, OF_ALL, TAKES_MORE, take_key },
	{ "to", RULES_TO, OF_ALL, TAKES_MORE, take_to },
	{ "for", RULES_FOR, OF_ALL, TAKES_MORE, take_for },
	{ "arg", RULES_ARG, OF_ALL, TAKES_ONE, take_arg },
	{ "vouched", RULES_VOUCHED, OF_ALL, TAKES_NONE, NULL },
	{ "forwarded", RULES_FORWARDED, OF_ALL, TAKES_ONE, take_forwarded },
	{ "via", RULES_VIA, OF_ALL, TAKES_MORE, take_via },
	{ "remember", RULES_REMEMBER, OF_ASK, TAKES_ONE, take_remember },
	{ "uses", RULES_USES, OF_ALLOW, TAKES_ONE, take_uses },
	{ "rate", RULES_RATE, OF_ALLOW, TAKES_ONE, take_rate },
	{ "timeout", RULES_TIMEOUT, OF_ASK, TAKES_ONE, take_timeout },
	{ "quiet", RULES_QUIET, OF_ALL, TAKES_NONE, NULL },
	{ "nickname", RULES_NICKNAME, OF_ALLOW | OF_ASK, TAKES_ONE, take_nickname },
};

/* The clause that begins here, or NULL. Every value is looked up: few words have a clause's first letter. */
static const struct clause *
clause_find(const struct parser *p)
{
	struct span word = p->word.text;

	for (size_t i = 0; word.len > 0 && i < sizeof(clauses) / sizeof(clauses[0]); i++) {
		if (word.p[0] == (uint8_t)clauses[i].word[0] && at(p, clauses[i].word))
			return &clauses[i];
	}
	return NULL;
}

/* What is wrong with a key's file needs the file's name, where the line is not seen beside it. */
static int
value_refuse(struct parser *p, const struct clause *c, const char *why)
{
	char reason[sizeof(p->error->reason)];
	struct text t;

	if (c->bit != RULES_KEY || !is_path(p->word.text))
		return fail(p, why);
	text_open(&t, reason, sizeof(reason));
	text_add(&t, why);
	text_add(&t, ": ");
	text_untrusted(&t, p->word.text, LIMIT_SHOWN_NAME);
	return fail(p, reason);
}

static int
clause_values(struct parser *p, struct rule *rule, const struct clause *c)
{
	unsigned count = 0;
	const char *why = "";

	for (; p->more && clause_find(p) == NULL && (count == 0 || c->takes == TAKES_MORE); count++) {
		if (c->take(p, rule, &why) != 0)
			return value_refuse(p, c, why);
		if (next(p) != 0)
			return -EINVAL;
	}
	return count > 0 ? 0 : fail(p, "a value is missing here; a value that is a keyword stands in quotes");
}

static int
clause_read(struct parser *p, struct rule *rule)
{
	const struct clause *c = clause_find(p);

	if (c == NULL)
		return fail(p,
		    "there is no such clause; there are key, to, for, arg, vouched, forwarded, via, remember, uses, "
		    "rate, timeout, quiet and nickname");
	if (rule->clauses & c->bit)
		return fail(p, "the clause stands here for the second time");
	if (!(c->verdicts & 1u << rule->verdict))
		return fail(p, c->verdicts == OF_ASK     ? "only an ask rule has this"
			       : c->verdicts == OF_ALLOW ? "only an allow rule has this"
							 : "a deny rule has no option but quiet");
	rule->clauses |= c->bit;
	if (next(p) != 0)
		return -EINVAL;
	return c->takes == TAKES_NONE ? 0 : clause_values(p, rule, c);
}

/* ---- Rules */

static int
clients_read(struct parser *p, struct rule *rule)
{
	const char *why = "";

	if (!p->more || clause_find(p) != NULL)
		return fail(p, "the client is missing here; a client whose name is a keyword stands in quotes");
	if (p->word.text.len == 0)
		return fail(p, "the client is empty");
	return list_read(p, &rule->clients, &why) == 0 ? next(p) : fail(p, why);
}

static int
clauses_read(struct parser *p, struct rule *rule)
{
	size_t to = 0;

	while (p->more) {
		if (at(p, "to"))
			to = p->word.column;
		if (clause_read(p, rule) != 0)
			return -EINVAL;
	}
	if (to > 0 && (rule->clauses & RULES_FOR) && !(rule->purposes & LOGIN))
		return fail_at(p, to, "to speaks of logins, and this rule is for something else");
	return 0;
}

/* No `for`: what a rule is for follows from the rest. `to` speaks of logins alone. */
static void
rule_settle(struct rule *rule)
{
	if (!(rule->clauses & RULES_FOR))
		rule->purposes = rule->verdict == DENY ? VALUE_ANY_PURPOSE : LOGIN | SSHSIG;
	if (rule->clauses & RULES_TO) {
		rule->for_idle = (rule->clauses & RULES_FOR) && rule->purposes != VALUE_ANY_PURPOSE &&
				 (rule->purposes != LOGIN || rule->namespaces.count > 0);
		rule->purposes &= LOGIN;
		rule->namespaces.count = 0;
	}
}

static int
rule_read(struct parser *p, enum verdict verdict)
{
	struct rule *rule = &p->r->rule[p->r->count];

	*rule = (struct rule){ .line = p->line,
		.verdict = verdict,
		.uses = USES_DEFAULT,
		.rate = RATE_DEFAULT,
		.rate_seconds = RATE_SECONDS_DEFAULT,
		.timeout_seconds = TIMEOUT_DEFAULT };
	if (next(p) != 0 || clients_read(p, rule) != 0 || clauses_read(p, rule) != 0)
		return -EINVAL;
	rule_settle(rule);
	p->r->count++;
	return 0;
}

/* ---- Directives */

static int
agent_read(struct parser *p)
{
	struct rules_named n = { .kind = RULES_AGENT };

	if (next(p) != 0)
		return -EINVAL;
	if (!p->more)
		return fail(p, "the agent's name is missing here");
	if (!rules_is_name(p->word.text))
		return fail(
		    p, "this is not a name for an agent: letters, digits and _ . + - are, up to 64, not . + - first");
	if (rules_find(p->r, RULES_AGENT, p->word.text) != NULL)
		return fail(p, "the agent has a line already");
	n.name = rules_keep(p->r, &p->word);
	if (next(p) != 0)
		return -EINVAL;
	if (!p->more)
		return fail(p, "the agent's path is missing here");
	if (!span_starts(p->word.text, "/") && !span_starts(p->word.text, "~/"))
		return fail(p, "a path begins with / or ~/");
	n.path = rules_keep(p->r, &p->word);
	if (rules_add(p->r, &n) != 0)
		return fail(p, "too many agents and key files");
	return end(p);
}

/*
 * The index among words of the one that is chosen; a directive like this may stand once.
 * -EINVAL, with the reason, if it is not one of them.
 */
static int
choice_read(struct parser *p, bool *given, const char *const words[4], const char *reason)
{
	if (*given)
		return fail(p, "the directive stands here for the second time");
	*given = true;
	if (next(p) != 0)
		return -EINVAL;
	for (int i = 0; i < 4; i++) {
		if (at(p, words[i]))
			return i;
	}
	return fail(p, reason);
}

static int
asker_read(struct parser *p)
{
	static const char *const words[4] = { "auto", "dialog", "notification", "none" };
	int i = choice_read(p, &p->r->asker_given, words, "an asker is auto, dialog, notification or none");

	if (i < 0)
		return i;
	p->r->asker = (enum rules_asker)i;
	return end(p);
}

static int
notify_read(struct parser *p)
{
	static const char *const words[4] = { "sign", "all", "refused", "none" };
	int i = choice_read(p, &p->r->notify_given, words, "notify is sign, all, refused or none");

	if (i < 0)
		return i;
	p->r->notify = (enum rules_notify)i;
	return end(p);
}

/* ---- The file */

static int
line_read(struct parser *p, struct span text)
{
	if (line_check(p, text) != 0)
		return -EINVAL;
	words_open(&p->words, text);
	if (next(p) != 0)
		return -EINVAL;
	if (!p->more)
		return 0;
	if (at(p, "allow"))
		return rule_read(p, ALLOW);
	if (at(p, "ask"))
		return rule_read(p, ASK);
	if (at(p, "deny"))
		return rule_read(p, DENY);
	if (at(p, "agent"))
		return agent_read(p);
	if (at(p, "asker"))
		return asker_read(p);
	if (at(p, "notify"))
		return notify_read(p);
	return fail(p, "a line begins with allow, ask, deny, agent, asker or notify");
}

static int
text_read(struct parser *p, struct span text)
{
	struct span line;

	p->line = 1;
	if (text.len > LIMIT_RULES_SIZE)
		return fail_at(p, 1, "the file is larger than 1 MiB");
	for (; span_line(&text, &line); p->line++) {
		if (p->line > LIMIT_RULES_LINES)
			return fail_at(p, 1, "the file has more than 10000 lines");
		if (line_read(p, line) != 0)
			return -EINVAL;
	}
	return 0;
}

/*
 * Empties what counts what the arrays hold, and so the arrays; of the table only one that was filled, as the
 * filter is in a hurry here.
 */
static void
rules_clear(struct rules *r)
{
	if (r->named_count > 0)
		memset(r->slots, 0, sizeof(r->slots));
	r->count = r->pattern_count = r->key_count = r->to_count = r->named_count = r->kept_len = 0;
	r->builtin = r->broken = r->asker_given = r->notify_given = false;
	r->asker = ASKER_AUTO;
	r->notify = NOTIFY_SIGN;
}

int
rules_parse(struct rules *r, struct span text, const struct rules_keyfile *keyfile, struct rules_error *error)
{
	struct parser p;

	p.r = r;
	p.keyfile = keyfile;
	p.error = error;
	rules_clear(r);
	if (text_read(&p, text) == 0) {
		keyindex_build(r);
		return 0;
	}
	rules_refuse(r);
	return -EINVAL;
}

void
rules_refuse(struct rules *r)
{
	rules_clear(r);
	r->broken = true;
}

void
rules_builtin(struct rules *r)
{
	struct rules_error error;

	if (rules_parse(r, span_of(builtin_text), NULL, &error) == 0)
		r->builtin = true;
}
