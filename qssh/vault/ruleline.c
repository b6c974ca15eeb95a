/* SPDX-License-Identifier: ISC */
#include "vault/ruleline.h"

#include <string.h>

/* What an allow rule gives without saying it (qssh-rules(5)). */
#define USES_DEFAULT 1u
#define RATE_DEFAULT 20u
#define COUNT_MAX 1000u

enum ruleline_class
ruleline_class(const struct past *p)
{
	struct span host = p->word[PAST_HOST];

	if (!span_is(p->word[PAST_PURPOSE], "login"))
		return OTHER;
	return span_is(host, "proven")    ? LOGIN_PROVEN
	       : span_is(host, "vouched") ? LOGIN_VOUCHED
	       : span_is(host, "unnamed") ? LOGIN_UNNAMED
					  : LOGIN_UNKNOWN;
}

unsigned
ruleline_uses(const struct past *p)
{
	return p->result != PAST_ALLOWED || p->uses <= USES_DEFAULT ? 0 : p->uses;
}

unsigned
ruleline_rate(const struct past *p)
{
	return p->result != PAST_ALLOWED || p->rate <= RATE_DEFAULT ? 0 : p->rate;
}

/* A word of the rules file: as it is, or in quotes. False: it can't be written so that it means just this. */
static bool
add_value(struct text *t, struct span s, bool pattern)
{
	bool bare = s.len > 0 && s.p[0] != '#' && s.p[0] != '@' && s.p[0] != '~' && s.p[0] != '/';
	char one[2] = "";

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < 0x20 || s.p[i] > 0x7e || (pattern && (s.p[i] == '*' || s.p[i] == '?')))
			return false;
		bare = bare && s.p[i] != ' ' && s.p[i] != '"' && s.p[i] != '\\';
	}
	text_add(t, bare ? "" : "\"");
	for (size_t i = 0; i < s.len; i++) {
		one[0] = (char)s.p[i];
		text_add(t, !bare && (s.p[i] == '"' || s.p[i] == '\\') ? "\\" : "");
		text_add(t, one);
	}
	text_add(t, bare ? "" : "\"");
	return s.len > 0;
}

/* USER@HOST, by the host's name or else its key. */
static bool
add_login(struct text *t, const struct past *p, const struct facts *f)
{
	char value[2 * LIMIT_RECORD_LINE];
	struct span name = p->word[PAST_NAME],
		    host = f->names.plain != NULL ? f->names.plain->field : p->word[PAST_HOSTKEY];
	int len;

	if (f->what.user.len == 0 || span_has(f->what.user, '\0'))
		return false;
	if (name.len > 0 && span_has(host, ','))
		host = p->word[PAST_HOSTKEY];
	len = snprintf(value, sizeof(value), "%.*s@%.*s", (int)f->what.user.len, (const char *)f->what.user.p,
	    (int)host.len, (const char *)host.p);
	return add_value(t, (struct span){ (const uint8_t *)value, (size_t)len }, true);
}

static bool
add_purpose(struct text *t, const struct facts *f)
{
	char value[LIMIT_RECORD_LINE + 16];
	int len;

	switch (f->what.purpose) {
	case PURPOSE_CERTIFICATE: text_add(t, "certificate"); return true;
	case PURPOSE_PAM: text_add(t, "pam"); return true;
	case PURPOSE_OPAQUE: text_add(t, "opaque"); return true;
	default: break;
	}
	if (span_is(f->what.ns, "git")) {
		text_add(t, "git");
		return true;
	}
	len = snprintf(value, sizeof(value), "sshsig:%.*s", (int)f->what.ns.len, (const char *)f->what.ns.p);
	if (f->what.ns.len == 0 || len >= (int)sizeof(value) || strlen(value) != (size_t)len)
		return false;
	return add_value(t, (struct span){ (const uint8_t *)value, (size_t)len }, true);
}

/* What a rule must name for this request. False: the language has no exact word for it. */
bool
ruleline_target(struct text *t, const struct past *p)
{
	static struct past_room room;
	struct facts f;

	if (past_facts(p, &room, &f) < 0)
		return false;
	switch (ruleline_class(p)) {
	case LOGIN_UNNAMED: text_add(t, "@unnamed"); return true;
	case LOGIN_UNKNOWN: text_add(t, "@unknown"); return true;
	case OTHER: return add_purpose(t, &f);
	default: return add_login(t, p, &f);
	}
}

bool
ruleline_way(struct text *t, const struct past *p)
{
	static struct past_room room;
	struct facts f;

	if (p->word[PAST_VIA].len == 0)
		return true;
	if (past_facts(p, &room, &f) < 0 || !f.way_whole)
		return false;
	text_add(t, " via");
	for (unsigned i = 0; i < f.hop_count; i++) {
		const struct hop *hop = &f.hops[i];

		if (!hop->named)
			return false;
		text_add(t, " ");
		if (hop->names.plain == NULL)
			text_fingerprint(t, hop->hash);
		else if (!add_value(t, hop->names.plain->field, true))
			return false;
	}
	return true;
}

static bool
is_named(const struct past *p)
{
	return p->word[PAST_NAME].len > 0 && !span_is(p->word[PAST_NAME], "-");
}

/* What it was, for a person. */
void
ruleline_request(FILE *to, const struct past *p)
{
	struct span host = p->word[PAST_HOST];

	past_print(to, p->word[PAST_PURPOSE]);
	if (!span_is(p->word[PAST_PURPOSE], "login")) {
		past_print_way(to, p);
		return;
	}
	fputs(" as ", to);
	past_print(to, p->word[PAST_USER]);
	fputs(" to ", to);
	if (span_is(host, "unnamed") || span_is(host, "unknown") || host.len == 0)
		fputs(span_is(host, "unnamed") ? "a host without a name" : "an unknown host", to);
	else
		past_print(to, p->word[is_named(p) ? PAST_NAME : PAST_HOSTKEY]);
	past_print_way(to, p);
}

static void
print_count(FILE *to, const char *word, unsigned n, const char *after)
{
	if (n > COUNT_MAX)
		fprintf(to, " %s any%s", word, after);
	else if (n > 0)
		fprintf(to, " %s %u%s", word, n, after);
}

void
ruleline_print(FILE *to, const struct past *p, const char *values)
{
	struct span client = p->word[PAST_CLIENT], arg = p->word[PAST_ARG], key = p->word[PAST_KEY];
	enum ruleline_class class = ruleline_class(p);
	char buf[RULELINE_WAY];
	struct text way;

	text_open(&way, buf, sizeof(buf));
	(void)ruleline_way(&way, p);
	fprintf(to, "%s %.*s", p->result == PAST_ALLOWED ? "allow" : "ask  ", (int)client.len, (const char *)client.p);
	if (arg.len > 0 && !span_is(arg, "-") && !span_is(arg, "default"))
		fprintf(to, " arg %.*s", (int)arg.len, (const char *)arg.p);
	fprintf(to, " key %.*s %s%s", (int)key.len, (const char *)key.p, class == OTHER ? "for" : "to", values);
	if (class == LOGIN_VOUCHED)
		fputs(" vouched", to);
	fputs(text_str(&way), to);
	if (way.len == 0 && p->word[PAST_FORWARDED].len > 0)
		fprintf(to, " forwarded %s", span_is(p->word[PAST_FORWARDED], "yes") ? "yes" : "no");
	print_count(to, "uses", ruleline_uses(p), "");
	print_count(to, "rate", ruleline_rate(p), "/1m");
	fputs("\n", to);
}
