/* SPDX-License-Identifier: ISC */
#include "rules/check.h"

#include "base/glob.h"
#include "rules/match.h"

#include <string.h>
#include <strings.h>

#define LOGIN (1u << PURPOSE_LOGIN)
#define SSHSIG (1u << PURPOSE_SSHSIG)

/* No pattern of the list lets anything in. */
static bool
list_is_empty(const struct rules *r, const struct rules_range *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (!r->pattern[list->first + i].excludes)
			return false;
	}
	return true;
}

/* A T or H of the list has one of these forms: bits 1u << enum value_host. */
static bool
has_form(const struct rules *r, const struct rules_range *list, unsigned forms)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (forms & 1u << r->to[list->first + i].form)
			return true;
	}
	return false;
}

#define FORMS_CHOSEN (1u << VALUE_LITERAL | 1u << VALUE_PATTERN | 1u << VALUE_HOSTKEY)
#define FORMS_NAMED (FORMS_CHOSEN | 1u << VALUE_NAMED)

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

/* One list lets in a pattern of the other: not whenever they overlap, but where it is plain. */
static bool
lists_meet(const struct rules *r, const struct rules_range *a, const struct rules_range *b)
{
	for (uint32_t i = 0; i < b->count; i++) {
		const struct rules_pattern *p = &r->pattern[b->first + i];

		if (!p->excludes && match_list(r, a, p->text))
			return true;
	}
	return false;
}

static bool
args_meet(const struct rules *r, const struct rule *a, const struct rule *b)
{
	if (!(a->clauses & RULES_ARG) || !(b->clauses & RULES_ARG))
		return (!(a->clauses & RULES_ARG) || match_list(r, &a->args, span_of(""))) &&
		       (!(b->clauses & RULES_ARG) || match_list(r, &b->args, span_of("")));
	return lists_meet(r, &a->args, &b->args) || lists_meet(r, &b->args, &a->args);
}

static bool
callers_meet(const struct rules *r, const struct rule *a, const struct rule *b)
{
	return (lists_meet(r, &a->clients, &b->clients) || lists_meet(r, &b->clients, &a->clients)) &&
	       args_meet(r, a, b);
}

static bool
users_meet(const struct rules *r, const struct rule *a, const struct rule *b)
{
	for (size_t i = 0; i < (size_t)a->to.count * b->to.count; i++) {
		struct span one = r->to[a->to.first + i / b->to.count].user;
		struct span other = r->to[b->to.first + i % b->to.count].user;

		if (glob_match(one, other, false) || glob_match(other, one, false))
			return true;
	}
	return false;
}

/* The line of the first later rule with `vouched` that this deny leaves nothing of; 0: none. */
static unsigned
vouched_line(const struct rules *r, size_t at)
{
	const struct rule *deny = &r->rule[at];

	for (size_t i = at + 1; i < r->count; i++) {
		const struct rule *rule = &r->rule[i];

		if (rule->verdict != DENY && (rule->clauses & RULES_VOUCHED) && callers_meet(r, deny, rule) &&
		    users_meet(r, deny, rule))
			return rule->line;
	}
	return 0;
}

/* Public git servers without publickey-hostbound: what they are is known by their names alone. */
static bool
is_forge(struct span host)
{
	static const char *const names[] = { "github.com", "ssh.github.com", "gitlab.com", "altssh.gitlab.com",
		"bitbucket.org", "altssh.bitbucket.org", "ssh.dev.azure.com", "vs-ssh.visualstudio.com" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (host.len == strlen(names[i]) && strncasecmp((const char *)host.p, names[i], host.len) == 0)
			return true;
	}
	return false;
}

/* A T of the rule is a forge that the rest of the file does not name in a rule with `vouched`. */
static bool
wants_forge(const struct rules *r, const struct rule *rule)
{
	bool found = false;

	for (uint32_t i = 0; i < rule->to.count; i++) {
		const struct value_to *to = &r->to[rule->to.first + i];

		found = found || (to->form == VALUE_LITERAL && is_forge(to->host));
	}
	for (size_t i = 0; found && i < r->count; i++) {
		const struct rule *other = &r->rule[i];

		if (other->verdict != DENY && (other->clauses & RULES_VOUCHED) && callers_meet(r, rule, other))
			return false;
	}
	return found;
}

static bool
lets_nothing_through(const struct rules *r)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->rule[i].verdict != DENY)
			return false;
	}
	return true;
}

struct findings {
	struct check_finding *out;
	size_t max;
	size_t count;
};

static void
findings_add(struct findings *f, const struct rule *rule, enum check_kind kind, unsigned other)
{
	if (f->count < f->max)
		f->out[f->count] = (struct check_finding){ rule->line, kind, other };
	f->count++;
}

static void
check_lists(struct findings *f, const struct rules *r, size_t at)
{
	const struct rule *rule = &r->rule[at];

	if (list_is_empty(r, &rule->clients) || ((rule->clauses & RULES_ARG) && list_is_empty(r, &rule->args)))
		findings_add(f, rule, CHECK_NOBODY, 0);
}

static void
check_hosts(struct findings *f, const struct rules *r, size_t at)
{
	const struct rule *rule = &r->rule[at];
	unsigned line = login_line(r, at);

	if (rule->verdict == DENY && line != 0 &&
	    (has_form(r, &rule->to, FORMS_CHOSEN) || has_form(r, &rule->via, FORMS_CHOSEN)))
		findings_add(f, rule, CHECK_DENY_TO, line);
	if (rule->verdict == DENY && (rule->clauses & RULES_TO) && vouched_line(r, at) != 0)
		findings_add(f, rule, CHECK_ORDER, vouched_line(r, at));
	if ((rule->clauses & RULES_VOUCHED) && (rule->verdict == DENY || !has_form(r, &rule->to, FORMS_NAMED)))
		findings_add(f, rule, CHECK_VOUCHED, 0);
	if ((rule->clauses & RULES_VIA) && rule->forwarded == TRI_NO)
		findings_add(f, rule, CHECK_VIA, 0);
}

static void
check_options(struct findings *f, const struct rules *r, size_t at)
{
	const struct rule *rule = &r->rule[at];

	if (rule->for_idle)
		findings_add(f, rule, CHECK_PURPOSE, 0);
	if (rule->remember_seconds > 0 && !(rule->purposes & (LOGIN | SSHSIG)) && rule->namespaces.count == 0)
		findings_add(f, rule, CHECK_REMEMBER, 0);
	if (rule->verdict == ASK && r->asker == ASKER_NONE)
		findings_add(f, rule, CHECK_ASKER, 0);
	if (rule->verdict != DENY && !(rule->clauses & RULES_VOUCHED) && wants_forge(r, rule))
		findings_add(f, rule, CHECK_FORGE, 0);
}

size_t
check_rules(const struct rules *r, struct check_finding *out, size_t max)
{
	struct findings f = { out, max, 0 };

	if (!r->broken && lets_nothing_through(r))
		findings_add(&f, &(struct rule){ .line = 1 }, CHECK_NOTHING, 0);
	for (size_t i = 0; i < r->count; i++) {
		check_lists(&f, r, i);
		check_hosts(&f, r, i);
		check_options(&f, r, i);
	}
	return f.count;
}

unsigned
check_pattern(const struct rules *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct rule *rule = &r->rule[i];

		if (rule->verdict != DENY &&
		    (has_form(r, &rule->to, 1u << VALUE_PATTERN) || has_form(r, &rule->via, 1u << VALUE_PATTERN)))
			return r->rule[i].line;
	}
	return 0;
}

static const char *
check_words(enum check_kind kind)
{
	switch (kind) {
	case CHECK_NOBODY: return "the rule is for nobody: a list that only excludes lets nothing in";
	case CHECK_DENY_TO:
		return "don't rely on this: a host may have another name or key, or a hashed name; what it is meant "
		       "to stop may still get through by line ";
	case CHECK_ORDER:
		return "a host that only vouches may be any host, so this denies what `vouched` is to let through; "
		       "above it should stand line ";
	case CHECK_VOUCHED: return "`vouched` changes nothing here";
	case CHECK_VIA: return "what comes by way of another host is forwarded, and this says `forwarded no`";
	case CHECK_PURPOSE: return "`to` speaks of logins alone, so what else the rule is for never gets here";
	case CHECK_REMEMBER: return "a yes to this is never remembered: only logins and SSHSIG are";
	case CHECK_ASKER: return "with `asker none` this is a denial";
	case CHECK_FORGE:
		return "logins to this server are not bound to its key, so that it only vouches for them: add the "
		       "word `vouched`, or each is refused";
	case CHECK_NOTHING: return "no rule allows or asks, so everything is refused";
	}
	return "";
}

void
check_describe(struct text *t, const struct check_finding *f)
{
	text_add(t, check_words(f->kind));
	if (f->other != 0)
		text_number(t, f->other);
}
