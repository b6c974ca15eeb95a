/* SPDX-License-Identifier: ISC */
#include "rules/match.h"

#include <string.h>

void
match_open(struct match *m, const struct rules *r, const struct facts *f)
{
	m->r = r;
	m->f = f;
	m->host = f->host;
	m->host_work = names_work(&f->names);
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
		if (!names_glob(p->text, s, false))
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
		if (k->text.p != NULL ? names_glob_within(k->text, m->f->comment, &m->left)
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
match_caller(struct match *m, const struct rule *rule)
{
	return match_list(m->r, &rule->clients, m->f->client) && arg_holds(m, rule) &&
	       match_holds(forwarded_holds(rule, m->f->forwarded), rule->verdict);
}

bool
match_suits(struct match *m, const struct rule *rule)
{
	return match_caller(m, rule) && match_key(m, rule);
}

bool
match_namespace_covered(const struct rules *r, const struct rule *rule, struct span ns)
{
	if (rule->purposes & 1u << PURPOSE_SSHSIG)
		return true;
	for (uint32_t i = 0; i < rule->namespaces.count; i++) {
		if (names_glob_covers(r->pattern[rule->namespaces.first + i].text, ns, false))
			return true;
	}
	return false;
}

bool
match_purpose(struct match *m, const struct rule *rule)
{
	const struct agentmsg_signed *what = &m->f->what;
	const struct rules_pattern *p = &m->r->pattern[rule->namespaces.first];

	if (rule->purposes & 1u << what->purpose)
		return true;
	for (uint32_t i = 0; what->purpose == PURPOSE_SSHSIG && i < rule->namespaces.count; i++) {
		if (names_glob_within(p[i].text, what->ns, &m->left))
			return true;
	}
	return false;
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
	if (!named)
		return TRUTH_NOT_KNOWN;
	if (to->form == VALUE_LITERAL || to->form == VALUE_PATTERN)
		m->left -= m->left < m->host_work ? m->left : m->host_work;
	if (m->left == 0)
		return TRUTH_NOT_KNOWN;
	switch (to->form) {
	case VALUE_LITERAL: return names_has(n, to->host, to->port) ? TRUTH_YES : TRUTH_NO;
	case VALUE_PATTERN: return names_like(n, to->host, to->port) ? TRUTH_YES : TRUTH_NO;
	case VALUE_HOSTKEY: return memcmp(to->hash, m->f->host_hash, SHA256_SIZE) == 0 ? TRUTH_YES : TRUTH_NO;
	default: return TRUTH_YES;
	}
}

/* Takes the part of a user's name, or of a pattern for one, that ends at the first mark; the mark, or 0 at the end. */
static uint8_t
user_part(struct span *left, struct span *part)
{
	struct span login = agentmsg_login_name(*left);
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
		if (user_part(&user, &u) != mark || !names_glob_within(p, u, &m->left))
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
	const uint8_t *colon = user.len > 0 ? memchr(user.p, ':', user.len) : NULL;
	struct span before = { user.p, colon != NULL ? (size_t)(colon - user.p) : user.len };

	return names_glob_within(pattern, user, &m->left) || names_glob_within(pattern, before, &m->left) ||
	       names_glob_within(pattern, agentmsg_login_name(user), &m->left);
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
	const struct agentmsg_signed *what = &m->f->what;

	if (rule->verdict == DENY || !(rule->clauses & RULES_TO))
		return false;
	for (const struct value_to *end = to + rule->to.count; to < end; to++) {
		if (to->form == VALUE_PATTERN &&
		    (what->purpose != PURPOSE_LOGIN || user_is_meant(m, to->user, what->user)))
			return true;
	}
	return false;
}
