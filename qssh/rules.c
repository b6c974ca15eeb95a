#include "rules.h"

#include "text.h"

#include <errno.h>
#include <string.h>

/* FNV-1a: the rules are their owner's, who gains nothing by collisions. */
static size_t
named_hash(struct span name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ name.p[i]) * 16777619u;
	return h % (2 * LIMIT_RULES_NAMED);
}

const struct rules_named *
rules_find(const struct rules *r, enum rules_kind kind, struct span name)
{
	size_t at = named_hash(name);

	if (r->named_count == 0)
		return NULL;
	for (; r->slots[at] != 0; at = (at + 1) % (2 * LIMIT_RULES_NAMED)) {
		const struct rules_named *n = &r->named[r->slots[at] - 1];

		if (n->kind == kind && span_eq(n->name, name))
			return n;
	}
	return NULL;
}

/* Half of the slots stay free, so a search ends. */
int
rules_add(struct rules *r, const struct rules_named *n)
{
	size_t at = named_hash(n->name);

	if (r->named_count == LIMIT_RULES_NAMED)
		return -E2BIG;
	while (r->slots[at] != 0)
		at = (at + 1) % (2 * LIMIT_RULES_NAMED);
	r->named[r->named_count++] = *n;
	r->slots[at] = (uint16_t)r->named_count;
	return 0;
}

/* All that is kept was longer in the text, which kept is as large as. */
struct span
rules_keep(struct rules *r, const struct word *w)
{
	struct span s = { r->kept + r->kept_len, w->text.len };

	if (!w->escaped)
		return w->text;
	memcpy(r->kept + r->kept_len, w->text.p, w->text.len);
	r->kept_len += w->text.len;
	return s;
}

/* A condition's truth. What is not known holds in a deny rule alone; VOUCHED is YES but for the word that the rule lacks. */
enum truth { NO, NOT_KNOWN, LACKS_VOUCHED, YES };

/* One question, with what is compared often written out once. */
struct asked {
	const struct facts *f;
	enum host_known host;
	unsigned looks; /* at earlier denies, so far */
	char key[64]; /* fingerprints */
	char hostkey[64];
};

static void
asked_set(struct asked *a, const struct facts *f)
{
	struct text t;

	a->f = f;
	a->host = f->host;
	a->looks = 0;
	text_open(&t, a->key, sizeof(a->key));
	text_fingerprint(&t, f->key_hash);
	text_open(&t, a->hostkey, sizeof(a->hostkey));
	text_fingerprint(&t, f->host_hash);
}

static bool
truth_holds(enum truth t, enum verdict verdict)
{
	return verdict == DENY ? t != NO : t == YES;
}

static bool
args_hold(const struct rule *rule, struct span arg)
{
	if (rule->clauses & RULES_ARG)
		return rulevalue_list_matches(rule->args, arg);
	return arg.len == 0 || span_is(arg, "default");
}

static bool
key_holds(const struct rules *r, struct span value, const struct asked *a)
{
	const struct rules_named *n;

	switch (rulevalue_key(value)) {
	case RULEVALUE_HASH: return span_is(value, a->key);
	case RULEVALUE_FILE:
		n = rules_find(r, RULES_KEYFILE, value);
		return n != NULL && memcmp(n->hash, a->f->key_hash, SHA256_SIZE) == 0;
	case RULEVALUE_COMMENT: break;
	}
	return names_glob(value, a->f->comment, false);
}

static bool
keys_hold(const struct rules *r, const struct rule *rule, const struct asked *a)
{
	struct words words;
	struct word w;

	if (!(rule->clauses & RULES_KEY))
		return true;
	words_open(&words, rule->keys);
	while (words_next(&words, &w)) {
		if (key_holds(r, w.text, a))
			return true;
	}
	return false;
}

static enum truth
forwarded_holds(const struct rule *rule, enum known_bool forwarded)
{
	if (rule->forwarded == KNOWN_NOT)
		return YES;
	if (forwarded == KNOWN_NOT)
		return NOT_KNOWN;
	return forwarded == rule->forwarded ? YES : NO;
}

/* All but the purpose and the host. */
static bool
rule_suits(const struct rules *r, const struct rule *rule, const struct asked *a)
{
	return rulevalue_list_matches(rule->clients, a->f->client) && args_hold(rule, a->f->arg) &&
	       truth_holds(forwarded_holds(rule, a->f->forwarded), rule->verdict) && keys_hold(r, rule, a);
}

/* The rule is for an SSHSIG of this namespace, or of any that this pattern matches. */
static bool
namespaces_hold(const struct rule *rule, struct span ns, bool (*match)(struct span, struct span, bool))
{
	struct words words;
	struct span pattern;

	if (rule->purposes & 1u << PURPOSE_SSHSIG)
		return true;
	words_open(&words, rule->namespaces);
	while (rulevalue_namespace_next(&words, &pattern)) {
		if (match(pattern, ns, false))
			return true;
	}
	return false;
}

static bool
purpose_holds(const struct rule *rule, const struct agentmsg_signed *what)
{
	if (what->purpose == PURPOSE_SSHSIG)
		return namespaces_hold(rule, what->ns, names_glob);
	return rule->purposes & 1u << what->purpose;
}

/*
 * The host part of one T. Unknown facts: of an unknown host nothing is known, and an unnamed one may have been made up by the client, so
 * each of them only is what it is, and may be anything else.
 */
static enum truth
host_holds(const struct rulevalue_to *to, const struct asked *a)
{
	const struct names *n = &a->f->names;
	bool named = a->host == HOST_PROVEN || a->host == HOST_VOUCHED;

	switch (to->form) {
	case RULEVALUE_UNNAMED: return a->host == HOST_UNNAMED ? YES : named ? NO : NOT_KNOWN;
	case RULEVALUE_UNKNOWN: return a->host == HOST_UNKNOWN ? YES : named ? NO : NOT_KNOWN;
	default: break;
	}
	if (!named)
		return NOT_KNOWN;
	switch (to->form) {
	case RULEVALUE_LITERAL: return names_has(n, to->host, to->port) ? YES : NO;
	case RULEVALUE_PATTERN: return names_like(n, to->host, to->port) ? YES : NO;
	case RULEVALUE_HOSTKEY: return span_is(to->host, a->hostkey) ? YES : NO;
	default: return YES;
	}
}

/* Some T holds, to the degree that the best one does. */
static enum truth
to_holds(const struct rule *rule, const struct asked *a)
{
	enum truth best = NO;
	struct rulevalue_to to;
	struct words words;

	if (!(rule->clauses & RULES_TO))
		return YES;
	words_open(&words, rule->to);
	while (best != YES && rulevalue_to_next(&words, &to)) {
		enum truth t;

		if (!names_glob(to.user, a->f->what.user, false))
			continue;
		t = host_holds(&to, a);
		if (t == YES && a->host == HOST_VOUCHED && !(rule->clauses & RULES_VOUCHED))
			t = LACKS_VOUCHED;
		if (t > best)
			best = t;
	}
	return best;
}

static void
decision_set(struct decision *d, const struct rules *r, const struct rule *rule)
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
	d->reason = rule->verdict == DENY ? "a rule denies it" : "";
}

void
rules_decide(const struct rules *r, const struct facts *f, struct decision *out)
{
	struct asked a;
	bool matched = false;

	*out = (struct decision){ .verdict = DENY };
	out->reason = r->broken ? "the rules file is broken, so everything is refused" : "no rule matches";
	asked_set(&a, f);
	for (size_t i = 0; i < r->count && !matched; i++) {
		const struct rule *rule = &r->rule[i];
		enum truth to;

		if (!purpose_holds(rule, &f->what) || !rule_suits(r, rule, &a))
			continue;
		to = to_holds(rule, &a);
		matched = truth_holds(to, rule->verdict);
		if (matched)
			decision_set(out, r, rule);
		else if (to == LACKS_VOUCHED && out->vouched_line == 0)
			out->vouched_line = rule->line;
	}
	if (out->verdict != DENY)
		out->vouched_line = 0;
	else if (out->vouched_line != 0)
		out->reason = "the host only vouches for this session, and the rule for it does not say `vouched`";
}

/*
 * Listing. A rule that allows or asks makes offers: a user at a host, a namespace, another purpose. An offer stands unless an earlier deny
 * covers it whole; the earlier rules that allow or ask don't matter, since what they take is listed by them. So the question is not put to
 * users one by one but to the rules' own patterns: what a deny's pattern covers of an offer's pattern, it covers of every user in it.
 *
 * Looking at the denies before each offer is quadratic only where offer after offer is covered, each by a late deny. There it ends with an
 * offer that stands: a key too many is listed, and no time is lost.
 */

/* Looks at earlier denies for one key. Files of a few hundred rules never need as many; these take some milliseconds. */
#define LOOKS_MAX 32768u

/* A login: whom the pattern matches, at the host that is bound (to NULL or held), or where none is, at any host that to names. */
struct offer {
	struct span user;
	const struct rulevalue_to *to; /* NULL: a named host that no rule speaks of by name */
};

/* Where no host is bound: whatever host the offer's T names, this T of a deny names too. */
static bool
host_covers(const struct rulevalue_to *deny, const struct rulevalue_to *offer)
{
	if (offer == NULL)
		return deny->form == RULEVALUE_NAMED;
	if (offer->form == RULEVALUE_UNNAMED || offer->form == RULEVALUE_UNKNOWN)
		return true; /* not known, so it may be any */
	return rulevalue_to_covers(deny, offer);
}

static bool
login_denied_by(const struct rule *rule, const struct asked *a, bool bound, const struct offer *o)
{
	struct rulevalue_to to;
	struct words words;

	if (!(rule->purposes & 1u << PURPOSE_LOGIN))
		return false;
	if (!(rule->clauses & RULES_TO))
		return true;
	words_open(&words, rule->to);
	while (rulevalue_to_next(&words, &to)) {
		if (!names_glob_covers(to.user, o->user, false))
			continue;
		if (bound ? host_holds(&to, a) != NO : host_covers(&to, o->to))
			return true;
	}
	return false;
}

static bool
login_stands(const struct rules *r, size_t before, struct asked *a, const struct offer *o)
{
	bool bound = a->host != HOST_UNKNOWN;

	for (size_t i = 0; i < before && a->looks < LOOKS_MAX; i++, a->looks++) {
		const struct rule *rule = &r->rule[i];

		if (rule->verdict == DENY && login_denied_by(rule, a, bound, o) && rule_suits(r, rule, a))
			return false;
	}
	return true;
}

static bool
lists_login(const struct rules *r, size_t at, struct asked *a)
{
	const struct rule *rule = &r->rule[at];
	struct rulevalue_to to;
	struct words words;

	if (!(rule->purposes & 1u << PURPOSE_LOGIN))
		return false;
	if (!(rule->clauses & RULES_TO))
		return login_stands(r, at, a, &(struct offer){ span_of("*"), NULL });
	words_open(&words, rule->to);
	while (rulevalue_to_next(&words, &to)) {
		if (a->host != HOST_UNKNOWN && host_holds(&to, a) != YES)
			continue;
		if (login_stands(r, at, a, &(struct offer){ to.user, &to }))
			return true;
	}
	return false;
}

static bool
namespace_stands(const struct rules *r, size_t before, struct asked *a, struct span ns)
{
	for (size_t i = 0; i < before && a->looks < LOOKS_MAX; i++, a->looks++) {
		const struct rule *rule = &r->rule[i];

		if (rule->verdict == DENY && namespaces_hold(rule, ns, names_glob_covers) && rule_suits(r, rule, a))
			return false;
	}
	return true;
}

static bool
lists_sshsig(const struct rules *r, size_t at, struct asked *a)
{
	const struct rule *rule = &r->rule[at];
	struct words words;
	struct span pattern;

	if ((rule->purposes & 1u << PURPOSE_SSHSIG) && namespace_stands(r, at, a, span_of("*")))
		return true;
	words_open(&words, rule->namespaces);
	while (rulevalue_namespace_next(&words, &pattern)) {
		if (namespace_stands(r, at, a, pattern))
			return true;
	}
	return false;
}

/* Purposes that have nothing more to them: certificate, pam, opaque. */
static bool
lists_bare(const struct rules *r, size_t at, struct asked *a)
{
	unsigned left = r->rule[at].purposes & ~(1u << PURPOSE_LOGIN | 1u << PURPOSE_SSHSIG);

	for (size_t i = 0; i < at && left != 0 && a->looks < LOOKS_MAX; i++, a->looks++) {
		const struct rule *rule = &r->rule[i];

		if (rule->verdict == DENY && (rule->purposes & left) && rule_suits(r, rule, a))
			left &= ~rule->purposes;
	}
	return left != 0;
}

bool
rules_lists(const struct rules *r, const struct facts *f)
{
	struct asked a;

	asked_set(&a, f);
	if (a.host == HOST_VOUCHED)
		a.host = HOST_PROVEN;
	for (size_t i = 0; i < r->count; i++) {
		const struct rule *rule = &r->rule[i];

		if (!rule_suits(r, rule, &a))
			continue;
		if (rule->verdict == DENY) {
			if (rule->purposes == RULEVALUE_ANY_PURPOSE)
				return false;
		} else if (lists_login(r, i, &a) || lists_sshsig(r, i, &a) || lists_bare(r, i, &a)) {
			return true;
		}
	}
	return false;
}

struct span
rules_agent(const struct rules *r, struct span name)
{
	const struct rules_named *n = rules_find(r, RULES_AGENT, name);

	return n != NULL ? n->path : (struct span){ NULL, 0 };
}

enum rules_asker
rules_asker(const struct rules *r)
{
	return r->asker;
}

enum rules_notify
rules_notify(const struct rules *r)
{
	return r->notify;
}

bool
rules_is_name(struct span s)
{
	if (s.len == 0 || s.len > LIMIT_NAME)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];
		bool inner = c == '.' || c == '+' || c == '-';

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' &&
		    (!inner || i == 0))
			return false;
	}
	return true;
}
