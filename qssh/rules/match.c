#include "rules/match.h"

#include "base/text.h"
#include "rules/words.h"

#include <string.h>

void
rulematch_open(struct rulematch *m, const struct facts *f)
{
	struct text t;

	m->f = f;
	m->host = f->host;
	text_open(&t, m->key, sizeof(m->key));
	text_fingerprint(&t, f->key_hash);
	text_open(&t, m->hostkey, sizeof(m->hostkey));
	text_fingerprint(&t, f->host_hash);
}

bool
rulematch_holds(enum rulematch_truth t, enum verdict verdict)
{
	return verdict == DENY ? t != TRUTH_NO : t == TRUTH_YES;
}

static bool
args_hold(const struct rule *rule, struct span arg)
{
	if (rule->clauses & RULES_ARG)
		return rulevalue_list_matches(rule->args, arg);
	return arg.len == 0 || span_is(arg, "default");
}

static bool
key_holds(const struct rules *r, struct span value, const struct rulematch *m)
{
	const struct rules_named *n;

	switch (rulevalue_key(value)) {
	case RULEVALUE_HASH: return span_is(value, m->key);
	case RULEVALUE_FILE:
		n = rules_find(r, RULES_KEYFILE, value);
		return n != NULL && memcmp(n->hash, m->f->key_hash, SHA256_SIZE) == 0;
	case RULEVALUE_COMMENT: break;
	}
	return names_glob(value, m->f->comment, false);
}

static bool
keys_hold(const struct rules *r, const struct rule *rule, const struct rulematch *m)
{
	struct words words;
	struct word w;

	if (!(rule->clauses & RULES_KEY))
		return true;
	words_open(&words, rule->keys);
	while (words_next(&words, &w)) {
		if (key_holds(r, w.text, m))
			return true;
	}
	return false;
}

static enum rulematch_truth
forwarded_holds(const struct rule *rule, enum known_bool forwarded)
{
	if (rule->forwarded == KNOWN_NOT)
		return TRUTH_YES;
	if (forwarded == KNOWN_NOT)
		return TRUTH_NOT_KNOWN;
	return forwarded == rule->forwarded ? TRUTH_YES : TRUTH_NO;
}

bool
rulematch_suits(const struct rulematch *m, const struct rules *r, const struct rule *rule)
{
	return rulevalue_list_matches(rule->clients, m->f->client) && args_hold(rule, m->f->arg) &&
	       rulematch_holds(forwarded_holds(rule, m->f->forwarded), rule->verdict) && keys_hold(r, rule, m);
}

bool
rulematch_namespace(const struct rule *rule, struct span ns, bool (*match)(struct span, struct span, bool))
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

bool
rulematch_purpose(const struct rulematch *m, const struct rule *rule)
{
	const struct agentmsg_signed *what = &m->f->what;

	if (what->purpose == PURPOSE_SSHSIG)
		return rulematch_namespace(rule, what->ns, names_glob);
	return rule->purposes & 1u << what->purpose;
}

/*
 * The host part of one T. Unknown facts: of an unknown host nothing is known, and an unnamed one may have been made up by the client, so
 * each of them only is what it is, and may be anything else.
 */
enum rulematch_truth
rulematch_host(const struct rulematch *m, const struct rulevalue_to *to)
{
	const struct names *n = &m->f->names;
	bool named = m->host == HOST_PROVEN || m->host == HOST_VOUCHED;

	switch (to->form) {
	case RULEVALUE_UNNAMED: return m->host == HOST_UNNAMED ? TRUTH_YES : named ? TRUTH_NO : TRUTH_NOT_KNOWN;
	case RULEVALUE_UNKNOWN: return m->host == HOST_UNKNOWN ? TRUTH_YES : named ? TRUTH_NO : TRUTH_NOT_KNOWN;
	default: break;
	}
	if (!named)
		return TRUTH_NOT_KNOWN;
	switch (to->form) {
	case RULEVALUE_LITERAL: return names_has(n, to->host, to->port) ? TRUTH_YES : TRUTH_NO;
	case RULEVALUE_PATTERN: return names_like(n, to->host, to->port) ? TRUTH_YES : TRUTH_NO;
	case RULEVALUE_HOSTKEY: return span_is(to->host, m->hostkey) ? TRUTH_YES : TRUTH_NO;
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
user_is_meant(struct span pattern, struct span user)
{
	struct span p, u;
	uint8_t mark;

	do {
		mark = user_part(&pattern, &p);
		if (user_part(&user, &u) != mark || !names_glob(p, u, false))
			return false;
	} while (mark != 0);
	return true;
}

/* In a deny rule, whomever a server may take the user for counts: one cuts at ':' alone, another at '/' too, a third at neither. */
static bool
user_is_denied(struct span pattern, struct span user)
{
	const uint8_t *colon = user.len > 0 ? memchr(user.p, ':', user.len) : NULL;
	struct span before = { user.p, colon != NULL ? (size_t)(colon - user.p) : user.len };

	return names_glob(pattern, user, false) || names_glob(pattern, before, false) ||
	       names_glob(pattern, agentmsg_login_name(user), false);
}

static bool
user_holds(const struct rule *rule, struct span pattern, struct span user)
{
	return rule->verdict == DENY ? user_is_denied(pattern, user) : user_is_meant(pattern, user);
}

/* A vouched host may be any host that its owner likes, so in a deny rule it is not known. */
static enum rulematch_truth
host_holds(const struct rulematch *m, const struct rule *rule, const struct rulevalue_to *to)
{
	enum rulematch_truth t = rulematch_host(m, to);

	if (m->host != HOST_VOUCHED)
		return t;
	if (rule->verdict == DENY)
		return TRUTH_NOT_KNOWN;
	return t == TRUTH_YES && !(rule->clauses & RULES_VOUCHED) ? TRUTH_LACKS_VOUCHED : t;
}

enum rulematch_truth
rulematch_to(const struct rulematch *m, const struct rule *rule)
{
	enum rulematch_truth best = TRUTH_NO;
	struct rulevalue_to to;
	struct words words;

	if (!(rule->clauses & RULES_TO))
		return TRUTH_YES;
	words_open(&words, rule->to);
	while (best != TRUTH_YES && rulevalue_to_next(&words, &to)) {
		enum rulematch_truth t;

		if (!user_holds(rule, to.user, m->f->what.user))
			continue;
		t = host_holds(m, rule, &to);
		if (t > best)
			best = t;
	}
	return best;
}

bool
rulematch_hashed(const struct rulematch *m, const struct rule *rule)
{
	const struct agentmsg_signed *what = &m->f->what;
	struct rulevalue_to to;
	struct words words;

	if (rule->verdict == DENY || !(rule->clauses & RULES_TO) || !names_hashed(&m->f->names))
		return false;
	words_open(&words, rule->to);
	while (rulevalue_to_next(&words, &to)) {
		if (to.form == RULEVALUE_PATTERN &&
		    (what->purpose != PURPOSE_LOGIN || user_is_meant(to.user, what->user)))
			return true;
	}
	return false;
}
