#include "rules/rule.h"

#include "rules/clause.h"
#include "rules/value.h"

#include <errno.h>

#define USES_DEFAULT 1u
#define RATE_DEFAULT 20u
#define RATE_SECONDS_DEFAULT 60u
#define TIMEOUT_DEFAULT 60u

#define LOGIN (1u << PURPOSE_LOGIN)
#define SSHSIG (1u << PURPOSE_SSHSIG)

bool
rule_begins(const struct ruleline *l)
{
	return ruleline_at(l, "allow") || ruleline_at(l, "ask") || ruleline_at(l, "deny");
}

static int
clients_read(struct ruleline *l, struct rule *rule)
{
	const char *why = "";

	if (!l->more || ruleclause_begins(l))
		return ruleline_fail(
		    l, "the client is missing here; a client whose name is a keyword stands in quotes");
	if (l->word.text.len == 0)
		return ruleline_fail(l, "the client is empty");
	if (rulevalue_list(l->word.raw, &why) != 0)
		return ruleline_fail(l, why);
	rule->clients = l->word.raw;
	return ruleline_next(l);
}

static int
clauses_read(struct ruleline *l, struct rule *rule)
{
	size_t to = 0;

	while (l->more) {
		if (ruleline_at(l, "to"))
			to = l->word.column;
		if (ruleclause_read(l, rule) != 0)
			return -EINVAL;
	}
	if (to > 0 && (rule->clauses & RULES_FOR) && !(rule->purposes & LOGIN))
		return ruleline_fail_at(l, to, "to speaks of logins, and this rule is for something else");
	return 0;
}

/* No `for`: what a rule is for follows from the rest. `to` speaks of logins alone. */
static void
rule_settle(struct rule *rule)
{
	if (!(rule->clauses & RULES_FOR))
		rule->purposes = rule->verdict == DENY ? RULEVALUE_ANY_PURPOSE : LOGIN | SSHSIG;
	if (rule->clauses & RULES_TO) {
		rule->for_idle = (rule->clauses & RULES_FOR) && rule->purposes != RULEVALUE_ANY_PURPOSE &&
				 (rule->purposes != LOGIN || rule->namespaces.len > 0);
		rule->purposes &= LOGIN;
		rule->namespaces = (struct span){ NULL, 0 };
	}
}

int
rule_read(struct ruleline *l)
{
	struct rule *rule = &l->r->rule[l->r->count];

	*rule = (struct rule){ .line = l->number,
		.verdict = ruleline_at(l, "allow") ? ALLOW
			   : ruleline_at(l, "ask") ? ASK
						   : DENY,
		.uses = USES_DEFAULT,
		.rate = RATE_DEFAULT,
		.rate_seconds = RATE_SECONDS_DEFAULT,
		.timeout_seconds = TIMEOUT_DEFAULT };
	if (ruleline_next(l) != 0 || clients_read(l, rule) != 0 || clauses_read(l, rule) != 0)
		return -EINVAL;
	rule_settle(rule);
	l->r->count++;
	return 0;
}
