/* SPDX-License-Identifier: ISC */
#include "rules/match.h"
#include "rules/rules.h"

static const char *
deny_reason(const struct rule *rule, const struct facts *f)
{
	if ((rule->clauses & RULES_TO) && f->host == HOST_VOUCHED)
		return "every `deny ... to` holds for a host that only vouches; a rule with `vouched` goes before it";
	return "a rule denies it";
}

static bool
has_via(const struct rules *r)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->rule[i].verdict != DENY && (r->rule[i].clauses & RULES_VIA))
			return true;
	}
	return false;
}

/* Where nothing matched: a rule with `via` may have been missed only for what is not known of the way. */
static const char *
miss_reason(const struct rules *r, const struct facts *f)
{
	bool nameless = false, hashed = false;

	for (unsigned i = 0; i < f->hop_count; i++) {
		nameless |= !f->hops[i].named;
		hashed |= names_hashed(&f->hops[i].names);
	}
	if (f->forwarded != TRI_YES || !has_via(r))
		return "no rule matches";
	if (!f->way_whole)
		return "no rule matches, and not every host that it came by was verified";
	if (nameless)
		return "no rule matches, and a host that it came by has no name here: see qssh-vault hosts";
	return hashed ? "no rule matches, and the name of a host that it came by is hashed here, unseen by patterns"
		      : "no rule matches";
}

static void
decision_set(struct decision *d, const struct rules *r, const struct rule *rule, const struct facts *f)
{
	d->verdict = rule->verdict;
	d->builtin = r->builtin;
	d->line = r->builtin ? 0 : rule->line;
	d->uses = rule->uses;
	d->rate = rule->rate;
	d->rate_seconds = rule->rate_seconds;
	d->remember_seconds = rule->remember_seconds;
	d->timeout_seconds = rule->timeout_seconds;
	d->quiet = rule->clauses & RULES_QUIET;
	d->nickname = rule->nickname;
	d->reason = rule->verdict == DENY ? deny_reason(rule, f) : "";
}

void
rules_decide(const struct rules *r, const struct facts *f, struct decision *out)
{
	struct match m;
	bool matched = false, hashed = false;

	*out = (struct decision){ .verdict = DENY };
	out->reason = "the rules file is broken, so everything is refused";
	match_open(&m, r, f);
	for (size_t i = 0; i < r->count && !matched; i++) {
		const struct rule *rule = &r->rule[i];
		enum match_truth to;

		if (!match_purpose(&m, rule) || !match_suits(&m, rule))
			continue;
		to = match_to(&m, rule);
		matched = match_holds(to, rule->verdict);
		if (matched)
			decision_set(out, r, rule, f);
		else if (to == TRUTH_LACKS_VOUCHED && out->vouched_line == 0)
			out->vouched_line = rule->line;
		else if (to == TRUTH_NO)
			hashed |= match_hashed(&m, rule);
	}
	if (!matched && !r->broken)
		out->reason = miss_reason(r, f);
	if (m.left == 0)
		*out = (struct decision){ .verdict = DENY, .reason = RULES_TOO_MUCH };
	else if (out->verdict != DENY)
		out->vouched_line = 0;
	else if (out->vouched_line != 0)
		out->reason = "the host only vouches for this session, and the rule for it does not say `vouched`";
	else if (hashed && names_hashed(&f->names))
		out->reason =
		    "the host's name is hashed here, and a rule's pattern sees readable names alone: qssh-vault "
		    "trust HOSTKEY NAME";
}
