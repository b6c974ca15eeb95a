/* SPDX-License-Identifier: ISC */
#include "rules/listing.h"

#include "base/glob.h"
#include "rules/keyindex.h"

#include <string.h>

#define LOGIN (1u << PURPOSE_LOGIN)
#define SSHSIG (1u << PURPOSE_SSHSIG)

/*
 * A rule that allows or asks makes offers: a user at a host, a namespace, another purpose.
 * An offer stands unless an earlier deny covers it whole; the earlier rules that allow or ask don't matter, since
 * what they take is listed by them.
 * So the question is not put to users one by one but to the rules' own patterns: what a deny's pattern covers of
 * an offer's pattern, it covers of every user in it.
 *
 * Looking at the denies before each offer is quadratic only where offer after offer is covered, each by a late
 * deny.
 * There it ends with an offer that stands: a key too many is listed, and no time is lost.
 */

/*
 * Looks at earlier denies for one key.
 * Files of a few hundred rules never need as many; these take some milliseconds.
 */
#define LOOKS_MAX 32768u

/*
 * A login: whom the pattern matches, at the host that is bound (to NULL or held), or where none is, at any host
 * that to names.
 */
struct offer {
	struct span user;
	const struct value_to *to; /* NULL: a named host that no rule speaks of by name */
};

/*
 * Whichever named host inner names, outer names too.
 * A pattern does not cover a name in full, which may be hashed in known_hosts.
 */
static bool
named_covers(const struct value_to *outer, const struct value_to *inner)
{
	if (outer->form == VALUE_UNNAMED || outer->form == VALUE_UNKNOWN)
		return false;
	if (outer->form == VALUE_NAMED)
		return true;
	if (outer->form == VALUE_HOSTKEY)
		return inner->form == VALUE_HOSTKEY && memcmp(outer->hash, inner->hash, SHA256_SIZE) == 0;
	return outer->form == inner->form && outer->port == inner->port && glob_covers(outer->host, inner->host, true);
}

/* Where no host is bound: whatever host the offer's T names, this T of a deny names too. */
static bool
host_covers(const struct value_to *deny, const struct value_to *offer)
{
	if (offer == NULL)
		return deny->form == VALUE_NAMED;
	if (offer->form == VALUE_UNNAMED || offer->form == VALUE_UNKNOWN)
		return true; /* not known, so it may be any */
	return named_covers(deny, offer);
}

static bool
login_denied_by(const struct rules_list *l, const struct rule *rule, const struct offer *o)
{
	const struct rules *r = l->match.r;

	if (!(rule->purposes & LOGIN))
		return false;
	if (!(rule->clauses & RULES_TO))
		return true;
	for (size_t i = rule->to.first; i < rule->to.first + rule->to.count; i++) {
		if (!glob_covers(r->to[i].user, o->user, false))
			continue;
		if (l->match.host != HOST_UNKNOWN ? l->host[i] != TRUTH_NO : host_covers(&r->to[i], o->to))
			return true;
	}
	return false;
}

/*
 * The next deny before the present rule that matches the key; NULL after the last, and where there was enough
 * looking.
 */
static const struct rule *
deny_next(struct rules_list *l, size_t *i)
{
	if (*i == l->deny_count || l->looks == LOOKS_MAX)
		return NULL;
	l->looks++;
	return &l->match.r->rule[l->deny[(*i)++]];
}

static bool
login_stands(struct rules_list *l, const struct offer *o)
{
	const struct rule *deny;

	for (size_t i = 0; (deny = deny_next(l, &i)) != NULL;) {
		if (login_denied_by(l, deny, o))
			return false;
	}
	return true;
}

static bool
lists_login(struct rules_list *l, const struct rule *rule)
{
	const struct value_to *to = l->match.r->to;

	if (!(rule->purposes & LOGIN))
		return false;
	if (!(rule->clauses & RULES_TO))
		return login_stands(l, &(struct offer){ span_of("*"), NULL });
	for (size_t i = rule->to.first; i < rule->to.first + rule->to.count; i++) {
		if (l->match.host != HOST_UNKNOWN && l->host[i] != TRUTH_YES)
			continue;
		if (login_stands(l, &(struct offer){ to[i].user, &to[i] }))
			return true;
	}
	return false;
}

static bool
namespace_stands(struct rules_list *l, struct span ns)
{
	const struct rule *deny;

	for (size_t i = 0; (deny = deny_next(l, &i)) != NULL;) {
		if (match_namespace_covered(l->match.r, deny, ns))
			return false;
	}
	return true;
}

static bool
lists_sshsig(struct rules_list *l, const struct rule *rule)
{
	const struct rules_pattern *p = &l->match.r->pattern[rule->namespaces.first];

	if ((rule->purposes & SSHSIG) && namespace_stands(l, span_of("*")))
		return true;
	for (uint32_t i = 0; i < rule->namespaces.count; i++) {
		if (namespace_stands(l, p[i].text))
			return true;
	}
	return false;
}

/* Purposes that have nothing more to them: certificate, pam, opaque. */
static bool
lists_bare(struct rules_list *l, const struct rule *rule)
{
	unsigned left = rule->purposes & ~(LOGIN | SSHSIG);
	const struct rule *deny;

	for (size_t i = 0; left != 0 && (deny = deny_next(l, &i)) != NULL;)
		left &= ~deny->purposes;
	return left != 0;
}

/* Some login may match the rule, as far as the host goes: its T are put to the bound host, once for all keys. */
static bool
host_suits(struct rules_list *l, const struct rule *rule)
{
	const struct rules *r = l->match.r;
	bool any = !(rule->clauses & RULES_TO) || l->match.host == HOST_UNKNOWN;

	for (size_t i = rule->to.first; i < rule->to.first + rule->to.count; i++) {
		enum match_truth t = match_host(&l->match, &r->to[i]);

		l->host[i] = (uint8_t)t;
		any |= match_holds(t, rule->verdict);
	}
	return any;
}

static void
list_begin(struct rules_list *l)
{
	const struct rules *r = l->match.r;

	memset(&l->live, 0, sizeof(l->live));
	for (size_t i = 0; i < r->count; i++) {
		if (match_caller(&l->match, &r->rule[i]) && host_suits(l, &r->rule[i]))
			l->live.bits[i / 64] |= UINT64_C(1) << i % 64;
	}
}

void
rules_list_open(struct rules_list *l, const struct rules *r, const struct facts *f)
{
	match_open(&l->match, r, f);
	if (f->host == HOST_VOUCHED)
		l->match.host = HOST_PROVEN;
	list_begin(l);
}

void
rules_list_open_anywhere(struct rules_list *l, const struct rules *r, const struct facts *f)
{
	match_open(&l->match, r, f);
	l->match.host = HOST_UNKNOWN;
	list_begin(l);
}

bool
rules_list_failed(const struct rules_list *l)
{
	return l->match.left == 0;
}

/* A rule that matches the key: ALLOW, it is listed; DENY, it never is; ASK, the next rule is to be asked. */
static enum verdict
rule_lists(struct rules_list *l, size_t i)
{
	const struct rule *rule = &l->match.r->rule[i];

	if (rule->verdict == DENY)
		l->deny[l->deny_count++] = (uint16_t)i;
	else if (lists_login(l, rule) || lists_sshsig(l, rule) || lists_bare(l, rule))
		return ALLOW;
	return rule->verdict == DENY && rule->purposes == VALUE_ANY_PURPOSE ? DENY : ASK;
}

bool
rules_list_has(struct rules_list *l)
{
	const struct facts *f = l->match.f;
	enum verdict v = ASK;
	struct rules_set found;

	l->looks = 0;
	l->deny_count = 0;
	keyindex_find(l->match.r, f->key_hash, f->comment, &l->match.left, &found);
	for (size_t w = 0; w * 64 < l->match.r->count && v == ASK; w++) {
		uint64_t bits = found.bits[w] & l->live.bits[w];

		for (; bits != 0 && v == ASK; bits &= bits - 1)
			v = rule_lists(l, w * 64 + (size_t)__builtin_ctzll(bits));
	}
	return v == ALLOW && !rules_list_failed(l);
}

bool
rules_list_any(const struct rules_list *l)
{
	const struct rules *r = l->match.r;

	for (size_t i = 0; i < r->count; i++) {
		const struct rule *rule = &r->rule[i];

		if ((l->live.bits[i / 64] >> (i % 64) & 1) == 0)
			continue;
		if (rule->verdict != DENY)
			return true;
		if ((rule->clauses & ~(unsigned)(RULES_ARG | RULES_QUIET)) == 0)
			return false;
	}
	return false;
}

bool
rules_lists(const struct rules *r, const struct facts *f)
{
	struct rules_list l;

	rules_list_open(&l, r, f);
	return rules_list_has(&l);
}

bool
rules_miss_hashed(const struct rules *r, const struct facts *f)
{
	struct match m;

	if (!names_hashed(&f->names))
		return false;
	match_open(&m, r, f);
	for (size_t i = 0; i < r->count; i++) {
		if (match_hashed(&m, &r->rule[i]) && match_suits(&m, &r->rule[i]))
			return true;
	}
	return false;
}
