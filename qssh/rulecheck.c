#include "rulecheck.h"

#include "names.h"
#include "rulevalue.h"
#include "words.h"

#include <string.h>

#define LOGIN (1u << PURPOSE_LOGIN)
#define SSHSIG (1u << PURPOSE_SSHSIG)

/*
 * One rule covers another if it matches whatever the other does. Each clause is compared by itself, each value with one value: what only
 * several of them cover together goes unseen.
 */

/* No pattern of the list lets anything in, unless, with but_default, it is the empty argument or `default`. */
static bool
list_is_closed(struct span raw, bool but_default)
{
	struct rulevalue_list list;
	struct span pattern;
	bool excluded;

	rulevalue_list_open(&list, raw);
	while (rulevalue_list_next(&list, &pattern, &excluded)) {
		if (!excluded && !(but_default && (pattern.len == 0 || span_is(pattern, "default"))))
			return false;
	}
	return true;
}

static bool
args_cover(const struct rule *outer, const struct rule *inner)
{
	if (!(outer->clauses & RULES_ARG))
		return !(inner->clauses & RULES_ARG) || list_is_closed(inner->args, true);
	if (!(inner->clauses & RULES_ARG))
		return rulevalue_list_matches(outer->args, span_of("")) &&
		       rulevalue_list_matches(outer->args, span_of("default"));
	return rulevalue_list_covers(outer->args, inner->args);
}

/* The fingerprint that a K stands for; false for a comment. */
static bool
key_fingerprint(const struct rules *r, struct span value, struct text *t)
{
	const struct rules_named *n;

	switch (rulevalue_key(value)) {
	case RULEVALUE_HASH: text_untrusted(t, value, value.len); return true;
	case RULEVALUE_FILE:
		n = rules_find(r, RULES_KEYFILE, value);
		if (n != NULL)
			text_fingerprint(t, n->hash);
		return true;
	case RULEVALUE_COMMENT: break;
	}
	return false;
}

static bool
key_covers(const struct rules *r, struct span outer, struct span inner)
{
	char a[64], b[64];
	struct text outer_text, inner_text;
	bool outer_known, inner_known;

	text_open(&outer_text, a, sizeof(a));
	text_open(&inner_text, b, sizeof(b));
	outer_known = key_fingerprint(r, outer, &outer_text);
	inner_known = key_fingerprint(r, inner, &inner_text);
	if (!outer_known) /* a key has any comment, so but for `*` a comment covers comments alone */
		return names_glob_covers(outer, inner_known ? span_of("*") : inner, false);
	return inner_known && strcmp(a, b) == 0;
}

/* One value of outer's clause covers the inner value. */
static bool
keys_have_covering(const struct rules *r, struct span outer, struct span inner)
{
	struct words words;
	struct word w;

	words_open(&words, outer);
	while (words_next(&words, &w)) {
		if (key_covers(r, w.text, inner))
			return true;
	}
	return false;
}

static bool
keys_cover(const struct rules *r, const struct rule *outer, const struct rule *inner)
{
	struct words words;
	struct word w;

	if (!(outer->clauses & RULES_KEY))
		return true;
	if (span_eq(outer->keys, inner->keys))
		return true;
	if (!(inner->clauses & RULES_KEY))
		return keys_have_covering(r, outer->keys, span_of("*"));
	words_open(&words, inner->keys);
	while (words_next(&words, &w)) {
		if (!keys_have_covering(r, outer->keys, w.text))
			return false;
	}
	return true;
}

/* A deny takes what is not known, too. */
static bool
forwarded_covers(const struct rule *outer, const struct rule *inner)
{
	if (outer->forwarded == KNOWN_NOT)
		return true;
	return outer->forwarded == inner->forwarded && (outer->verdict == DENY || inner->verdict != DENY);
}

static bool
namespaces_have_covering(const struct rule *outer, struct span inner)
{
	struct words words;
	struct span pattern;

	words_open(&words, outer->namespaces);
	while (rulevalue_namespace_next(&words, &pattern)) {
		if (names_glob_covers(pattern, inner, false))
			return true;
	}
	return false;
}

static bool
purposes_cover(const struct rule *outer, const struct rule *inner)
{
	struct words words;
	struct span pattern;

	if (inner->purposes & ~outer->purposes)
		return false;
	if (outer->purposes & SSHSIG)
		return true;
	words_open(&words, inner->namespaces);
	while (rulevalue_namespace_next(&words, &pattern)) {
		if (!namespaces_have_covering(outer, pattern))
			return false;
	}
	return true;
}

static bool
to_is_named(const struct rulevalue_to *to)
{
	return to->form != RULEVALUE_UNNAMED && to->form != RULEVALUE_UNKNOWN;
}

/*
 * One T covers another. A deny's T takes unnamed and unknown hosts besides those it names, and vouched ones without the word.
 */
static bool
destination_covers(
    const struct rule *outer, const struct rulevalue_to *a, const struct rule *inner, const struct rulevalue_to *b)
{
	if (!names_glob_covers(a->user, b->user, false))
		return false;
	if (outer->verdict == DENY)
		return !to_is_named(b) || rulevalue_to_covers(a, b);
	if (inner->verdict == DENY)
		return false;
	if (!to_is_named(b))
		return a->form == b->form;
	return rulevalue_to_covers(a, b) && ((outer->clauses & RULES_VOUCHED) || !(inner->clauses & RULES_VOUCHED));
}

static bool
to_has_covering(const struct rule *outer, const struct rule *inner, const struct rulevalue_to *b)
{
	struct rulevalue_to a;
	struct words words;

	words_open(&words, outer->to);
	while (rulevalue_to_next(&words, &a)) {
		if (destination_covers(outer, &a, inner, b))
			return true;
	}
	return false;
}

static bool
to_covers(const struct rule *outer, const struct rule *inner)
{
	/* Any login at all: only a deny of `*` takes it, since that takes the hosts without a name as well. */
	const struct rulevalue_to any = { span_of("*"), RULEVALUE_NAMED, span_of("*"), 22 };
	struct rulevalue_to b;
	struct words words;

	if (!(outer->clauses & RULES_TO))
		return true;
	if (!(inner->clauses & RULES_TO))
		return outer->verdict == DENY && to_has_covering(outer, inner, &any);
	words_open(&words, inner->to);
	while (rulevalue_to_next(&words, &b)) {
		if (!to_has_covering(outer, inner, &b))
			return false;
	}
	return true;
}

static bool
rule_covers(const struct rules *r, const struct rule *outer, const struct rule *inner)
{
	return purposes_cover(outer, inner) && forwarded_covers(outer, inner) &&
	       rulevalue_list_covers(outer->clients, inner->clients) && args_cover(outer, inner) &&
	       to_covers(outer, inner) && keys_cover(r, outer, inner);
}

/* The line of the first earlier rule that covers this one; 0: none. */
static unsigned
covering_line(const struct rules *r, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (rule_covers(r, &r->rule[i], &r->rule[at]))
			return r->rule[i].line;
	}
	return 0;
}

/* A T of the rule has one of these forms: bits 1u << enum rulevalue_host. */
static bool
to_has_form(const struct rule *rule, unsigned forms)
{
	struct rulevalue_to to;
	struct words words;

	words_open(&words, rule->to);
	while (rulevalue_to_next(&words, &to)) {
		if (forms & 1u << to.form)
			return true;
	}
	return false;
}

#define FORMS_CHOSEN (1u << RULEVALUE_LITERAL | 1u << RULEVALUE_PATTERN | 1u << RULEVALUE_HOSTKEY)
#define FORMS_NAMED (FORMS_CHOSEN | 1u << RULEVALUE_NAMED)

/* The line of the first later rule that could let a login through; 0: none. */
static unsigned
login_line(const struct rules *r, size_t after)
{
	for (size_t i = after + 1; i < r->count; i++) {
		if (r->rule[i].verdict != DENY && (r->rule[i].purposes & LOGIN))
			return r->rule[i].line;
	}
	return 0;
}

struct findings {
	struct rulecheck_finding *out;
	size_t max;
	size_t count;
};

static void
findings_add(struct findings *f, const struct rule *rule, enum rulecheck_kind kind, unsigned other)
{
	if (f->count < f->max)
		f->out[f->count] = (struct rulecheck_finding){ rule->line, kind, other };
	f->count++;
}

static void
check_reach(struct findings *f, const struct rules *r, size_t at)
{
	const struct rule *rule = &r->rule[at];
	unsigned line;

	if (list_is_closed(rule->clients, false) ||
	    ((rule->clauses & RULES_ARG) && list_is_closed(rule->args, false))) {
		findings_add(f, rule, RULECHECK_NOBODY, 0);
		return;
	}
	line = covering_line(r, at);
	if (line != 0)
		findings_add(f, rule, RULECHECK_UNREACHABLE, line);
}

static void
check_hosts(struct findings *f, const struct rules *r, size_t at)
{
	const struct rule *rule = &r->rule[at];
	unsigned line = login_line(r, at);

	if (rule->verdict == DENY && to_has_form(rule, FORMS_CHOSEN) && line != 0)
		findings_add(f, rule, RULECHECK_DENY_TO, line);
	if ((rule->clauses & RULES_VOUCHED) && (rule->verdict == DENY || !to_has_form(rule, FORMS_NAMED)))
		findings_add(f, rule, RULECHECK_VOUCHED, 0);
}

static void
check_options(struct findings *f, const struct rules *r, size_t at)
{
	const struct rule *rule = &r->rule[at];

	if (rule->for_idle)
		findings_add(f, rule, RULECHECK_PURPOSE, 0);
	if (rule->remember_seconds > 0 && !(rule->purposes & (LOGIN | SSHSIG)) && rule->namespaces.len == 0)
		findings_add(f, rule, RULECHECK_REMEMBER, 0);
	if (rule->verdict == ASK && r->asker == ASKER_NONE)
		findings_add(f, rule, RULECHECK_ASKER, 0);
}

size_t
rulecheck(const struct rules *r, struct rulecheck_finding *out, size_t max)
{
	struct findings f = { out, max, 0 };

	for (size_t i = 0; i < r->count; i++) {
		check_reach(&f, r, i);
		check_hosts(&f, r, i);
		check_options(&f, r, i);
	}
	return f.count;
}

static const char *
rulecheck_words(enum rulecheck_kind kind)
{
	switch (kind) {
	case RULECHECK_UNREACHABLE: return "no request gets here: an earlier rule takes them all, on line ";
	case RULECHECK_NOBODY: return "the rule is for nobody: a list that only excludes lets nothing in";
	case RULECHECK_DENY_TO:
		return "don't rely on this: a host may have another name or key, or a hashed name; what it is meant to "
		       "stop may still get "
		       "through by line ";
	case RULECHECK_VOUCHED: return "`vouched` changes nothing here";
	case RULECHECK_PURPOSE: return "`to` speaks of logins alone, so what else the rule is for never gets here";
	case RULECHECK_REMEMBER: return "a yes to this is never remembered: only logins and SSHSIG are";
	case RULECHECK_ASKER: return "with `asker none` this is a denial";
	}
	return "";
}

void
rulecheck_describe(struct text *t, const struct rulecheck_finding *f)
{
	text_add(t, rulecheck_words(f->kind));
	if (f->other != 0)
		text_number(t, f->other);
}
