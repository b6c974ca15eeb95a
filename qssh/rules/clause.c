#include "rules/clause.h"

#include "base/text.h"
#include "rules/keyvalue.h"
#include "rules/value.h"

#include <errno.h>

#define TIMEOUT_MAX 100u
#define REMEMBER_MAX (24u * 3600u)

/* Each takes one value, l->word: 0, or -EINVAL with *why. */

static int
value_arg(struct ruleline *l, struct rule *rule, const char **why)
{
	(void)rule;
	return rulevalue_list(l->word.raw, why);
}

static int
value_key(struct ruleline *l, struct rule *rule, const char **why)
{
	(void)rule;
	return rulekey_read(l->r, l->keyfile, &l->word, why);
}

static int
value_to(struct ruleline *l, struct rule *rule, const char **why)
{
	struct rulevalue_to to;

	(void)rule;
	return rulevalue_to(l->word.text, l->word.quoted, &to, why);
}

static int
value_for(struct ruleline *l, struct rule *rule, const char **why)
{
	struct rulevalue_purpose purpose;

	if (rulevalue_purpose(l->word.text, l->word.quoted, &purpose, why) != 0)
		return -EINVAL;
	rule->purposes |= purpose.purposes;
	if (purpose.ns.len > 0)
		rule->namespaces.len = 1; /* one at least; the clause's end makes it the values */
	return 0;
}

static int
value_forwarded(struct ruleline *l, struct rule *rule, const char **why)
{
	if (!ruleline_at(l, "yes") && !ruleline_at(l, "no"))
		return rulevalue_fail(why, "forwarded is yes or no");
	rule->forwarded = ruleline_at(l, "yes") ? KNOWN_YES : KNOWN_NO;
	return 0;
}

static int
value_remember(struct ruleline *l, struct rule *rule, const char **why)
{
	if (rulevalue_duration(l->word.text, &rule->remember_seconds, why) != 0)
		return -EINVAL;
	return rule->remember_seconds <= REMEMBER_MAX ? 0
						      : rulevalue_fail(why, "an answer is remembered for 24h at most");
}

static int
value_timeout(struct ruleline *l, struct rule *rule, const char **why)
{
	if (rulevalue_duration(l->word.text, &rule->timeout_seconds, why) != 0)
		return -EINVAL;
	return rule->timeout_seconds <= TIMEOUT_MAX ? 0 : rulevalue_fail(why, "a question waits for 100s at most");
}

static int
value_uses(struct ruleline *l, struct rule *rule, const char **why)
{
	return rulevalue_count(l->word.text, l->word.quoted, &rule->uses, why);
}

static int
value_rate(struct ruleline *l, struct rule *rule, const char **why)
{
	return rulevalue_rate(l->word.text, l->word.quoted, &rule->rate, &rule->rate_seconds, why);
}

static int
value_nickname(struct ruleline *l, struct rule *rule, const char **why)
{
	(void)why;
	rule->nickname = rules_keep(l->r, &l->word);
	return 0;
}

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
	int (*value)(struct ruleline *, struct rule *, const char **why);
} clauses[] = {
	{ "key", RULES_KEY, OF_ALL, TAKES_MORE, value_key },
	{ "to", RULES_TO, OF_ALL, TAKES_MORE, value_to },
	{ "for", RULES_FOR, OF_ALL, TAKES_MORE, value_for },
	{ "arg", RULES_ARG, OF_ALL, TAKES_ONE, value_arg },
	{ "vouched", RULES_VOUCHED, OF_ALL, TAKES_NONE, NULL },
	{ "forwarded", RULES_FORWARDED, OF_ALL, TAKES_ONE, value_forwarded },
	{ "remember", RULES_REMEMBER, OF_ASK, TAKES_ONE, value_remember },
	{ "uses", RULES_USES, OF_ALLOW, TAKES_ONE, value_uses },
	{ "rate", RULES_RATE, OF_ALLOW, TAKES_ONE, value_rate },
	{ "timeout", RULES_TIMEOUT, OF_ASK, TAKES_ONE, value_timeout },
	{ "quiet", RULES_QUIET, OF_ALL, TAKES_NONE, NULL },
	{ "nickname", RULES_NICKNAME, OF_ALLOW | OF_ASK, TAKES_ONE, value_nickname },
};

/* The clause that begins here, or NULL. Every value is looked up: few words have a clause's first letter. */
static const struct clause *
clause_find(const struct ruleline *l)
{
	struct span word = l->word.text;

	for (size_t i = 0; word.len > 0 && i < sizeof(clauses) / sizeof(clauses[0]); i++) {
		if (word.p[0] == (uint8_t)clauses[i].word[0] && ruleline_at(l, clauses[i].word))
			return &clauses[i];
	}
	return NULL;
}

bool
ruleclause_begins(const struct ruleline *l)
{
	return clause_find(l) != NULL;
}

/* Where the clause's values go, as written; NULL where only their meaning is kept. */
static struct span *
clause_values(struct rule *rule, const struct clause *c)
{
	switch (c->bit) {
	case RULES_ARG: return &rule->args;
	case RULES_KEY: return &rule->keys;
	case RULES_TO: return &rule->to;
	case RULES_FOR: return rule->namespaces.len > 0 ? &rule->namespaces : NULL;
	default: return NULL;
	}
}

/* What is wrong with a key's file needs the file's name, where the line is not seen beside it. */
static int
value_fail(struct ruleline *l, const struct clause *c, const char *why)
{
	char reason[sizeof(l->error->reason)];
	struct text t;

	if (c->bit != RULES_KEY || rulevalue_key(l->word.text) != RULEVALUE_FILE)
		return ruleline_fail(l, why);
	text_open(&t, reason, sizeof(reason));
	text_add(&t, why);
	text_add(&t, ": ");
	text_untrusted(&t, l->word.text, LIMIT_SHOWN_NAME);
	return ruleline_fail(l, reason);
}

static int
clause_read_values(struct ruleline *l, struct rule *rule, const struct clause *c)
{
	struct span raw = { NULL, 0 };
	struct span *kept;
	const char *why = "";

	while (l->more && !ruleclause_begins(l) && (raw.p == NULL || c->takes == TAKES_MORE)) {
		if (c->value(l, rule, &why) != 0)
			return value_fail(l, c, why);
		if (raw.p == NULL)
			raw.p = l->word.raw.p;
		raw.len = (size_t)(l->word.raw.p - raw.p) + l->word.raw.len;
		if (ruleline_next(l) != 0)
			return -EINVAL;
	}
	if (raw.p == NULL)
		return ruleline_fail(l, "a value is missing here; a value that is a keyword stands in quotes");
	kept = clause_values(rule, c);
	if (kept != NULL)
		*kept = raw;
	return 0;
}

int
ruleclause_read(struct ruleline *l, struct rule *rule)
{
	const struct clause *c = clause_find(l);

	if (c == NULL)
		return ruleline_fail(l,
		    "there is no such clause; there are key, to, for, arg, vouched, forwarded, remember, uses, rate, "
		    "timeout, quiet and nickname");
	if (rule->clauses & c->bit)
		return ruleline_fail(l, "the clause stands here for the second time");
	if (!(c->verdicts & 1u << rule->verdict))
		return ruleline_fail(l, c->verdicts == OF_ASK     ? "only an ask rule has this"
					: c->verdicts == OF_ALLOW ? "only an allow rule has this"
								  : "a deny rule has no option but quiet");
	rule->clauses |= c->bit;
	if (ruleline_next(l) != 0)
		return -EINVAL;
	return c->takes == TAKES_NONE ? 0 : clause_read_values(l, rule, c);
}
