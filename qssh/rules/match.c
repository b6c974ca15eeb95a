/* SPDX-License-Identifier: ISC */
#include "rules/match.h"

#include "base/glob.h"

#include <string.h>

void
match_open(struct match *m, const struct rules *r, const struct facts *f)
{
	m->r = r;
	m->f = f;
	m->host = f->host;
	m->host_work = names_work(&f->names);
	for (unsigned i = 0; i < f->hop_count; i++)
		m->hop_work[i] = names_work(&f->hops[i].names);
	m->left = LIMIT_MATCH_STEPS;
}

bool
match_holds(enum match_truth t, enum verdict verdict)
{
	return verdict == DENY ? t != TRUTH_NO : t == TRUTH_YES;
}

/* One pattern of the list matches the whole of s and no excluding one does. */
bool
match_list(const struct rules *r, const struct rules_range *list, struct span s)
{
	const struct rules_pattern *p = &r->pattern[list->first];
	bool found = false;

	for (const struct rules_pattern *end = p + list->count; p < end; p++) {
		if (!glob_match(p->text, s, false))
			continue;
		if (p->excludes)
			return false;
		found = true;
	}
	return found;
}

static bool
arg_holds(struct match *m, const struct rule *rule)
{
	struct span arg = m->f->arg;

	if (rule->clauses & RULES_ARG)
		return match_list(m->r, &rule->args, arg);
	return arg.len == 0 || span_is(arg, "default");
}

bool
match_key(struct match *m, const struct rule *rule)
{
	const struct rules_key *k = &m->r->key[rule->keys.first];

	if (!(rule->clauses & RULES_KEY))
		return true;
	for (const struct rules_key *end = k + rule->keys.count; k < end; k++) {
		if (k->text.p != NULL ? glob_within(k->text, m->f->comment, &m->left)
				      : memcmp(k->hash, m->f->key_hash, SHA256_SIZE) == 0)
			return true;
	}
	return false;
}

static enum match_truth
forwarded_holds(const struct rule *rule, enum tri forwarded)
{
	if (rule->forwarded == TRI_UNKNOWN)
		return TRUTH_YES;
	if (forwarded == TRI_UNKNOWN)
		return TRUTH_NOT_KNOWN;
	return forwarded == rule->forwarded ? TRUTH_YES : TRUTH_NO;
}

bool
match_namespace_covered(const struct rules *r, const struct rule *rule, struct span ns)
{
	if (rule->purposes & 1u << PURPOSE_SSHSIG)
		return true;
	for (uint32_t i = 0; i < rule->namespaces.count; i++) {
		if (glob_covers(r->pattern[rule->namespaces.first + i].text, ns, false))
			return true;
	}
	return false;
}

bool
match_purpose(struct match *m, const struct rule *rule)
{
	const struct signdata *what = &m->f->what;
	const struct rules_pattern *p = &m->r->pattern[rule->namespaces.first];

	if (rule->purposes & 1u << what->purpose)
		return true;
	for (uint32_t i = 0; what->purpose == PURPOSE_SSHSIG && i < rule->namespaces.count; i++) {
		if (glob_within(p[i].text, what->ns, &m->left))
			return true;
	}
	return false;
}

/* A T of a host that has a name here. */
static enum match_truth
named_holds(
    struct match *m, const struct value_to *to, const struct names *n, const uint8_t hash[SHA256_SIZE], uint64_t work)
{
	if (to->form == VALUE_LITERAL || to->form == VALUE_PATTERN)
		m->left -= m->left < work ? m->left : work;
	if (m->left == 0)
		return TRUTH_NOT_KNOWN;
	switch (to->form) {
	case VALUE_LITERAL: return names_has(n, to->host, to->port) ? TRUTH_YES : TRUTH_NO;
	case VALUE_PATTERN: return names_like(n, to->host, to->port) ? TRUTH_YES : TRUTH_NO;
	case VALUE_HOSTKEY: return memcmp(to->hash, hash, SHA256_SIZE) == 0 ? TRUTH_YES : TRUTH_NO;
	default: return TRUTH_YES;
	}
}

/* Some H of the rule names the hop. */
static enum match_truth
hop_holds(struct match *m, const struct rule *rule, unsigned i)
{
	const struct hop *hop = &m->f->hops[i];
	const struct value_to *via = &m->r->to[rule->via.first];
	enum match_truth best = TRUTH_NO;

	if (!hop->named)
		return TRUTH_NOT_KNOWN;
	for (const struct value_to *end = via + rule->via.count; via < end && best != TRUTH_YES; via++) {
		enum match_truth t = named_holds(m, via, &hop->names, hop->hash, m->hop_work[i]);

		if (t > best)
			best = t;
	}
	return best;
}

enum match_truth
match_via(struct match *m, const struct rule *rule)
{
	const struct facts *f = m->f;
	bool known = f->way_whole && f->hop_count > 0;
	enum match_truth all = known ? TRUTH_YES : TRUTH_NOT_KNOWN, any = known ? TRUTH_NO : TRUTH_NOT_KNOWN;

	if (!(rule->clauses & RULES_VIA))
		return TRUTH_YES;
	if (f->forwarded == TRI_NO)
		return TRUTH_NO;
	for (unsigned i = 0; i < f->hop_count; i++) {
		enum match_truth t = hop_holds(m, rule, i);

		all = t < all ? t : all;
		any = t > any ? t : any;
	}
	return rule->verdict == DENY ? any : all;
}

bool
match_caller(struct match *m, const struct rule *rule)
{
	return match_list(m->r, &rule->clients, m->f->client) && arg_holds(m, rule) &&
	       match_holds(forwarded_holds(rule, m->f->forwarded), rule->verdict) &&
	       match_holds(match_via(m, rule), rule->verdict);
}

bool
match_suits(struct match *m, const struct rule *rule)
{
	return match_caller(m, rule) && match_key(m, rule);
}

/*
 * The host part of one T. Unknown facts: of an unknown host nothing is known, and an unnamed one may have been
 * made up by the client, so each of them only is what it is, and may be anything else.
 */
enum match_truth
match_host(struct match *m, const struct value_to *to)
{
	const struct names *n = &m->f->names;
	bool named = m->host == HOST_PROVEN || m->host == HOST_VOUCHED;

	switch (to->form) {
	case VALUE_UNNAMED: return m->host == HOST_UNNAMED ? TRUTH_YES : named ? TRUTH_NO : TRUTH_NOT_KNOWN;
	case VALUE_UNKNOWN: return m->host == HOST_UNKNOWN ? TRUTH_YES : named ? TRUTH_NO : TRUTH_NOT_KNOWN;
	default: break;
	}
	return named ? named_holds(m, to, n, m->f->host_hash, m->host_work) : TRUTH_NOT_KNOWN;
}

/* Takes the part of a user's name, or of a pattern for one, that ends at the first mark; the mark, or 0 at the end. */
static uint8_t
user_part(struct span *left, struct span *part)
{
	struct span login = signdata_login_name(*left);
	uint8_t mark = login.len < left->len ? left->p[login.len] : 0;

	*part = login;
	if (mark != 0)
		*left = (struct span){ left->p + login.len + 1, left->len - login.len - 1 };
	return mark;
}

/* In a rule that lets through, a wildcard stops at a mark: who writes `*-ro` means no root with a style behind it. */
static bool
user_is_meant(struct match *m, struct span pattern, struct span user)
{
	struct span p, u;
	uint8_t mark;

	do {
		mark = user_part(&pattern, &p);
		if (user_part(&user, &u) != mark || !glob_within(p, u, &m->left))
			return false;
	} while (mark != 0);
	return true;
}

/*
 * In a deny rule, whomever a server may take the user for counts: one cuts at ':' alone, another at '/' too, a
 * third at neither.
 */
static bool
user_is_denied(struct match *m, struct span pattern, struct span user)
{
	const uint8_t *colon = span_find(user, ':');
	struct span before = { user.p, colon != NULL ? (size_t)(colon - user.p) : user.len };

	return glob_within(pattern, user, &m->left) || glob_within(pattern, before, &m->left) ||
	       glob_within(pattern, signdata_login_name(user), &m->left);
}

static bool
user_holds(struct match *m, const struct rule *rule, struct span pattern, struct span user)
{
	return rule->verdict == DENY ? user_is_denied(m, pattern, user) : user_is_meant(m, pattern, user);
}

/* A vouched host may be any host that its owner likes, so in a deny rule it is not known. */
static enum match_truth
host_holds(struct match *m, const struct rule *rule, const struct value_to *to)
{
	enum match_truth t = match_host(m, to);

	if (m->host != HOST_VOUCHED)
		return t;
	if (rule->verdict == DENY)
		return TRUTH_NOT_KNOWN;
	return t == TRUTH_YES && !(rule->clauses & RULES_VOUCHED) ? TRUTH_LACKS_VOUCHED : t;
}

enum match_truth
match_to(struct match *m, const struct rule *rule)
{
	const struct value_to *to = &m->r->to[rule->to.first];
	enum match_truth best = TRUTH_NO;

	if (!(rule->clauses & RULES_TO))
		return TRUTH_YES;
	for (const struct value_to *end = to + rule->to.count; to < end && best != TRUTH_YES; to++) {
		enum match_truth t;

		if (!user_holds(m, rule, to->user, m->f->what.user))
			continue;
		t = host_holds(m, rule, to);
		if (t > best)
			best = t;
	}
	return best;
}

bool
match_hashed(struct match *m, const struct rule *rule)
{
	const struct value_to *to = &m->r->to[rule->to.first];
	const struct signdata *what = &m->f->what;

	if (rule->verdict == DENY || !(rule->clauses & RULES_TO))
		return false;
	for (const struct value_to *end = to + rule->to.count; to < end; to++) {
		if (to->form == VALUE_PATTERN &&
		    (what->purpose != PURPOSE_LOGIN || user_is_meant(m, to->user, what->user)))
			return true;
	}
	return false;
}
