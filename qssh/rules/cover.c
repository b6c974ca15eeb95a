#include "rules/cover.h"

#include "base/text.h"
#include "rules/value.h"
#include "rules/words.h"
#include "ssh/hostnames.h"

#include <string.h>

#define SSHSIG (1u << PURPOSE_SSHSIG)

/* The list that a rule without `arg` stands for: the empty argument and `default`. */
#define ARGS_DEFAULT ",default"

static bool
args_cover(const struct rule *outer, const struct rule *inner)
{
	if (!(outer->clauses & RULES_ARG))
		return !(inner->clauses & RULES_ARG) || rulevalue_list_covers(span_of(ARGS_DEFAULT), inner->args);
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

bool
rulecover(const struct rules *r, const struct rule *outer, const struct rule *inner)
{
	return purposes_cover(outer, inner) && forwarded_covers(outer, inner) &&
	       rulevalue_list_covers(outer->clients, inner->clients) && args_cover(outer, inner) &&
	       to_covers(outer, inner) && keys_cover(r, outer, inner);
}
