#include "rules/match.h"

#include <string.h>

#define LOGIN (1u << PURPOSE_LOGIN)
#define SSHSIG (1u << PURPOSE_SSHSIG)

/*
 * A rule that allows or asks makes offers: a user at a host, a namespace, another purpose. An offer stands unless an earlier deny
 * covers it whole; the earlier rules that allow or ask don't matter, since what they take is listed by them. So the question is not put to
 * users one by one but to the rules' own patterns: what a deny's pattern covers of an offer's pattern, it covers of every user in it.
 *
 * Looking at the denies before each offer is quadratic only where offer after offer is covered, each by a late deny. There it ends with an
 * offer that stands: a key too many is listed, and no time is lost.
 */

/* Looks at earlier denies for one key. Files of a few hundred rules never need as many; these take some milliseconds. */
#define LOOKS_MAX 32768u

/* One key that may be listed. */
struct listing {
	const struct rules *r;
	struct match m;
	unsigned looks; /* at earlier denies, so far */
};

/* A login: whom the pattern matches, at the host that is bound (to NULL or held), or where none is, at any host that to names. */
struct offer {
	struct span user;
	const struct value_to *to; /* NULL: a named host that no rule speaks of by name */
};

/* Whichever named host inner names, outer names too. A pattern does not cover a name in full, which may be hashed in known_hosts. */
static bool
named_covers(const struct value_to *outer, const struct value_to *inner)
{
	if (outer->form == VALUE_UNNAMED || outer->form == VALUE_UNKNOWN)
		return false;
	if (outer->form == VALUE_NAMED)
		return true;
	if (outer->form == VALUE_HOSTKEY)
		return inner->form == VALUE_HOSTKEY && memcmp(outer->hash, inner->hash, SHA256_SIZE) == 0;
	return outer->form == inner->form && outer->port == inner->port &&
	       names_glob_covers(outer->host, inner->host, true);
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
login_denied_by(const struct rule *rule, const struct match *m, const struct offer *o)
{
	const struct value_to *to = &m->r->to[rule->to.first];

	if (!(rule->purposes & LOGIN))
		return false;
	if (!(rule->clauses & RULES_TO))
		return true;
	for (const struct value_to *end = to + rule->to.count; to < end; to++) {
		if (!names_glob_covers(to->user, o->user, false))
			continue;
		if (m->host != HOST_UNKNOWN ? match_host(m, to) != TRUTH_NO : host_covers(to, o->to))
			return true;
	}
	return false;
}

static bool
login_stands(struct listing *l, size_t before, const struct offer *o)
{
	for (size_t i = 0; i < before && l->looks < LOOKS_MAX; i++, l->looks++) {
		const struct rule *rule = &l->r->rule[i];

		if (rule->verdict == DENY && login_denied_by(rule, &l->m, o) && match_suits(&l->m, rule))
			return false;
	}
	return true;
}

static bool
lists_login(struct listing *l, size_t at)
{
	const struct rule *rule = &l->r->rule[at];
	const struct value_to *to = &l->r->to[rule->to.first];

	if (!(rule->purposes & LOGIN))
		return false;
	if (!(rule->clauses & RULES_TO))
		return login_stands(l, at, &(struct offer){ span_of("*"), NULL });
	for (const struct value_to *end = to + rule->to.count; to < end; to++) {
		if (l->m.host != HOST_UNKNOWN && match_host(&l->m, to) != TRUTH_YES)
			continue;
		if (login_stands(l, at, &(struct offer){ to->user, to }))
			return true;
	}
	return false;
}

static bool
namespace_stands(struct listing *l, size_t before, struct span ns)
{
	for (size_t i = 0; i < before && l->looks < LOOKS_MAX; i++, l->looks++) {
		const struct rule *rule = &l->r->rule[i];

		if (rule->verdict == DENY && match_namespace(&l->m, rule, ns, names_glob_covers) &&
		    match_suits(&l->m, rule))
			return false;
	}
	return true;
}

static bool
lists_sshsig(struct listing *l, size_t at)
{
	const struct rule *rule = &l->r->rule[at];
	const struct rules_pattern *p = &l->r->pattern[rule->namespaces.first];

	if ((rule->purposes & SSHSIG) && namespace_stands(l, at, span_of("*")))
		return true;
	for (const struct rules_pattern *end = p + rule->namespaces.count; p < end; p++) {
		if (namespace_stands(l, at, p->text))
			return true;
	}
	return false;
}

/* Purposes that have nothing more to them: certificate, pam, opaque. */
static bool
lists_bare(struct listing *l, size_t at)
{
	unsigned left = l->r->rule[at].purposes & ~(LOGIN | SSHSIG);

	for (size_t i = 0; i < at && left != 0 && l->looks < LOOKS_MAX; i++, l->looks++) {
		const struct rule *rule = &l->r->rule[i];

		if (rule->verdict == DENY && (rule->purposes & left) && match_suits(&l->m, rule))
			left &= ~rule->purposes;
	}
	return left != 0;
}

bool
rules_lists(const struct rules *r, const struct facts *f)
{
	struct listing l = { .r = r, .m = { r, f, f->host == HOST_VOUCHED ? HOST_PROVEN : f->host } };

	for (size_t i = 0; i < r->count; i++) {
		const struct rule *rule = &r->rule[i];

		if (!match_suits(&l.m, rule))
			continue;
		if (rule->verdict == DENY) {
			if (rule->purposes == VALUE_ANY_PURPOSE)
				return false;
		} else if (lists_login(&l, i) || lists_sshsig(&l, i) || lists_bare(&l, i)) {
			return true;
		}
	}
	return false;
}

bool
rules_miss_hashed(const struct rules *r, const struct facts *f)
{
	struct match m = { r, f, f->host };

	for (size_t i = 0; i < r->count; i++) {
		if (match_hashed(&m, &r->rule[i]) && match_suits(&m, &r->rule[i]))
			return true;
	}
	return false;
}
