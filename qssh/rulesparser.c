#include "rules.h"

#include "rulevalue.h"
#include "text.h"
#include "words.h"

#include <errno.h>
#include <string.h>

#define USES_DEFAULT 1u
#define RATE_DEFAULT 20u
#define RATE_SECONDS_DEFAULT 60u
#define TIMEOUT_DEFAULT 60u
#define TIMEOUT_MAX 100u
#define REMEMBER_MAX (24u * 3600u)

/* A home directory and what stands behind it. */
#define PATH_SIZE 8192u

static const char builtin_text[] = "allow * arg * for login sshsig:*\n"
				   "ask * arg * for any\n";

/* The word's meaning for as long as the rules live. All that is kept was longer in the text, which kept is as large as. */
static struct span
rules_keep(struct rules *r, const struct word *w)
{
	struct span s = { r->kept + r->kept_len, w->text.len };

	if (!w->escaped)
		return w->text;
	memcpy(r->kept + r->kept_len, w->text.p, w->text.len);
	r->kept_len += w->text.len;
	return s;
}

struct clause;

struct parser {
	struct rules *r;
	const struct rules_keyfile *keyfile;
	struct rules_error *error;
	unsigned line;
	struct words words;
	struct word word; /* the one to be read next */
	bool more; /* there is one */
	const struct clause *clause; /* the one that it begins, or NULL */
};

static int
parser_fail_at(struct parser *p, size_t column, const char *reason)
{
	struct text t;

	p->error->line = p->line;
	p->error->column = (unsigned)column;
	text_open(&t, p->error->reason, sizeof(p->error->reason));
	text_add(&t, reason);
	return -EINVAL;
}

static int
parser_fail(struct parser *p, const char *reason)
{
	return parser_fail_at(p, p->word.column, reason);
}

static const struct clause *clause_find(struct span word);

static int
parser_next(struct parser *p)
{
	p->more = words_next(&p->words, &p->word);
	p->clause = p->more && !p->word.quoted ? clause_find(p->word.text) : NULL;
	return p->words.bad != NULL ? parser_fail(p, p->words.bad) : 0;
}

static bool
parser_at(const struct parser *p, const char *keyword)
{
	return p->more && !p->word.quoted && span_is(p->word.text, keyword);
}

/* home and the path behind ~/, or the path itself. */
static int
path_read(struct parser *p, char path[PATH_SIZE])
{
	struct span word = p->word.text;
	size_t n = 0;

	if (span_starts(word, "~/")) {
		const char *home = p->keyfile != NULL ? p->keyfile->home : NULL;

		if (home == NULL || home[0] != '/')
			return parser_fail(p, "~/ has no meaning without a home directory");
		n = strlen(home);
		if (n >= PATH_SIZE)
			return parser_fail(p, "the path is too long");
		memcpy(path, home, n);
		word.p++;
		word.len--;
	} else if (!span_starts(word, "/")) {
		return parser_fail(p, "a path begins with / or ~/");
	}
	if (word.len >= PATH_SIZE - n)
		return parser_fail(p, "the path is too long");
	memcpy(path + n, word.p, word.len);
	path[n + word.len] = '\0';
	return 0;
}

static const char *
keyfile_reason(int err)
{
	switch (err) {
	case -ENOENT: return "there is no such key file";
	case -EINVAL: return "the file holds no public key";
	case -E2BIG: return "the file holds more than one public key";
	case -EACCES: return "the key file may not be read";
	default: return "the key file can't be read";
	}
}

static int
value_keyfile(struct parser *p)
{
	struct rules_named n = { .kind = RULES_KEYFILE };
	char path[PATH_SIZE];
	int err;

	if (rules_find(p->r, RULES_KEYFILE, p->word.text) != NULL)
		return 0;
	if (path_read(p, path) != 0)
		return -EINVAL;
	if (p->keyfile == NULL)
		return parser_fail(p, "a key file can't be named here");
	err = p->keyfile->hash(p->keyfile->ctx, path, n.hash);
	if (err != 0)
		return parser_fail(p, keyfile_reason(err));
	n.name = rules_keep(p->r, &p->word);
	return rules_add(p->r, &n) == 0 ? 0 : parser_fail(p, "too many agents and key files");
}

static int
value_key(struct parser *p, struct rule *rule)
{
	const char *why = "";

	(void)rule;
	switch (rulevalue_key(p->word.text)) {
	case RULEVALUE_FILE: return value_keyfile(p);
	case RULEVALUE_HASH: return rulevalue_fingerprint(p->word.text, &why) == 0 ? 0 : parser_fail(p, why);
	case RULEVALUE_COMMENT: return 0;
	}
	return -EINVAL;
}

static int
value_arg(struct parser *p, struct rule *rule)
{
	const char *why = "";

	(void)rule;
	return rulevalue_list(p->word.text, &why) == 0 ? 0 : parser_fail(p, why);
}

static int
value_to(struct parser *p, struct rule *rule)
{
	struct rulevalue_to to;
	const char *why = "";

	(void)rule;
	return rulevalue_to(p->word.text, p->word.quoted, &to, &why) == 0 ? 0 : parser_fail(p, why);
}

static int
value_for(struct parser *p, struct rule *rule)
{
	struct rulevalue_purpose purpose;
	const char *why = "";

	if (rulevalue_purpose(p->word.text, p->word.quoted, &purpose, &why) != 0)
		return parser_fail(p, why);
	rule->purposes |= purpose.purposes;
	if (purpose.ns.len > 0)
		rule->namespaces.len = 1; /* one at least; the clause's end makes it the values */
	return 0;
}

static int
value_forwarded(struct parser *p, struct rule *rule)
{
	if (!parser_at(p, "yes") && !parser_at(p, "no"))
		return parser_fail(p, "forwarded is yes or no");
	rule->forwarded = parser_at(p, "yes") ? KNOWN_YES : KNOWN_NO;
	return 0;
}

static int
value_remember(struct parser *p, struct rule *rule)
{
	const char *why = "";

	if (rulevalue_duration(p->word.text, &rule->remember_seconds, &why) != 0)
		return parser_fail(p, why);
	return rule->remember_seconds <= REMEMBER_MAX ? 0 : parser_fail(p, "an answer is remembered for 24h at most");
}

static int
value_timeout(struct parser *p, struct rule *rule)
{
	const char *why = "";

	if (rulevalue_duration(p->word.text, &rule->timeout_seconds, &why) != 0)
		return parser_fail(p, why);
	return rule->timeout_seconds <= TIMEOUT_MAX ? 0 : parser_fail(p, "a question waits for 100s at most");
}

static int
value_uses(struct parser *p, struct rule *rule)
{
	const char *why = "";

	return rulevalue_count(p->word.text, p->word.quoted, &rule->uses, &why) == 0 ? 0 : parser_fail(p, why);
}

static int
value_rate(struct parser *p, struct rule *rule)
{
	const char *why = "";

	return rulevalue_rate(p->word.text, p->word.quoted, &rule->rate, &rule->rate_seconds, &why) == 0
		   ? 0
		   : parser_fail(p, why);
}

static int
value_nickname(struct parser *p, struct rule *rule)
{
	rule->nickname = rules_keep(p->r, &p->word);
	return 0;
}

#define OF_DENY (1u << DENY)
#define OF_ASK (1u << ASK)
#define OF_ALLOW (1u << ALLOW)
#define OF_ALL (OF_DENY | OF_ASK | OF_ALLOW)

enum clause_takes { TAKES_NONE, TAKES_ONE, TAKES_MORE };

static const struct clause {
	const char *word;
	enum rules_clause bit;
	unsigned verdicts; /* the rules that may have it */
	enum clause_takes takes;
	int (*value)(struct parser *, struct rule *);
} clauses[] = {
	{ "key", RULES_KEY, OF_ALL, TAKES_MORE, value_key },
	{ "to", RULES_TO, OF_ALL, TAKES_MORE, value_to },
	{ "for", RULES_FOR, OF_ALL, TAKES_MORE, value_for },
	{ "arg", RULES_ARG, OF_ALL, TAKES_ONE, value_arg },
	{ "vouched", RULES_VOUCHED, OF_ALL, TAKES_NONE, NULL },
	{ "forwarded", RULES_FORWARDED, OF_ALL, TAKES_ONE, value_forwarded },
	{ "remember", RULES_REMEMBER, OF_ASK, TAKES_ONE, value_remember },
	{ "uses", RULES_USES, OF_ALLOW, TAKES_ONE, value_uses },
	{ "rate", RULES_RATE, OF_ALLOW, TAKES_ONE, value_rate },
	{ "timeout", RULES_TIMEOUT, OF_ASK, TAKES_ONE, value_timeout },
	{ "quiet", RULES_QUIET, OF_ALL, TAKES_NONE, NULL },
	{ "nickname", RULES_NICKNAME, OF_ALLOW | OF_ASK, TAKES_ONE, value_nickname },
};

static const struct clause *
clause_find(struct span word)
{
	for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++) {
		if (word.len > 0 && word.p[0] == (uint8_t)clauses[i].word[0] && span_is(word, clauses[i].word))
			return &clauses[i];
	}
	return NULL;
}

/* Where the clause's values go, as written; NULL where only their meaning is kept. */
static struct span *
clause_values(struct rule *rule, const struct clause *c)
{
	switch (c->bit) {
	case RULES_ARG: return &rule->args;
	case RULES_KEY: return &rule->keys;
	case RULES_TO: return &rule->to;
	case RULES_FOR: return rule->namespaces.len > 0 ? &rule->namespaces : NULL;
	default: return NULL;
	}
}

static int
clause_read_values(struct parser *p, struct rule *rule, const struct clause *c)
{
	struct span raw = { NULL, 0 };
	struct span *kept;

	while (p->more && p->clause == NULL && (raw.p == NULL || c->takes == TAKES_MORE)) {
		if (c->value(p, rule) != 0)
			return -EINVAL;
		if (raw.p == NULL)
			raw.p = p->word.raw.p;
		raw.len = (size_t)(p->word.raw.p - raw.p) + p->word.raw.len;
		if (parser_next(p) != 0)
			return -EINVAL;
	}
	if (raw.p == NULL)
		return parser_fail(p, "a value is missing here; a value that is a keyword stands in quotes");
	kept = clause_values(rule, c);
	if (kept != NULL)
		*kept = raw;
	return 0;
}

static int
clause_read(struct parser *p, struct rule *rule)
{
	const struct clause *c = p->clause;

	if (c == NULL)
		return parser_fail(p, "this is no clause");
	if (rule->clauses & c->bit)
		return parser_fail(p, "the clause stands here for the second time");
	if (!(c->verdicts & 1u << rule->verdict))
		return parser_fail(p, c->verdicts == OF_ASK     ? "only an ask rule has this"
				      : c->verdicts == OF_ALLOW ? "only an allow rule has this"
								: "a deny rule has no option but quiet");
	rule->clauses |= c->bit;
	if (parser_next(p) != 0)
		return -EINVAL;
	return c->takes == TAKES_NONE ? 0 : clause_read_values(p, rule, c);
}

/* No `for`: what a rule is for follows from the rest. `to` speaks of logins alone. */
static void
rule_settle(struct rule *rule)
{
	if (!(rule->clauses & RULES_FOR)) {
		rule->purposes =
		    rule->verdict == DENY ? RULES_PURPOSES_ALL : 1u << PURPOSE_LOGIN | 1u << PURPOSE_SSHSIG;
	}
	if (rule->clauses & RULES_TO) {
		rule->for_idle = (rule->clauses & RULES_FOR) && rule->purposes != RULES_PURPOSES_ALL &&
				 (rule->purposes != 1u << PURPOSE_LOGIN || rule->namespaces.len > 0);
		rule->purposes &= 1u << PURPOSE_LOGIN;
		rule->namespaces = (struct span){ NULL, 0 };
	}
}

static int
rule_read(struct parser *p, enum verdict verdict)
{
	struct rule *rule = &p->r->rule[p->r->count];
	const char *why = "";
	size_t to = 0;

	*rule = (struct rule){ .line = p->line,
		.verdict = verdict,
		.uses = USES_DEFAULT,
		.rate = RATE_DEFAULT,
		.rate_seconds = RATE_SECONDS_DEFAULT,
		.timeout_seconds = TIMEOUT_DEFAULT };
	if (!p->more || p->clause != NULL)
		return parser_fail(p, "the client is missing here; a client whose name is a keyword stands in quotes");
	if (p->word.text.len == 0)
		return parser_fail(p, "the client is empty");
	if (rulevalue_list(p->word.text, &why) != 0)
		return parser_fail(p, why);
	rule->clients = p->word.raw;
	if (parser_next(p) != 0)
		return -EINVAL;
	while (p->more) {
		if (parser_at(p, "to"))
			to = p->word.column;
		if (clause_read(p, rule) != 0)
			return -EINVAL;
	}
	if (to > 0 && (rule->clauses & RULES_FOR) && !(rule->purposes & 1u << PURPOSE_LOGIN))
		return parser_fail_at(p, to, "to speaks of logins, and this rule is for something else");
	rule_settle(rule);
	p->r->count++;
	return 0;
}

static int
directive_end(struct parser *p)
{
	if (parser_next(p) != 0)
		return -EINVAL;
	return p->more ? parser_fail(p, "the line should end here") : 0;
}

static int
agent_read(struct parser *p)
{
	struct rules_named n = { .kind = RULES_AGENT };

	if (!p->more)
		return parser_fail(p, "the agent's name is missing here");
	if (!rules_is_name(p->word.text))
		return parser_fail(
		    p, "this is no name for an agent: letters, digits and _ . + - are, up to 64, not . + - first");
	if (rules_find(p->r, RULES_AGENT, p->word.text) != NULL)
		return parser_fail(p, "the agent has a line already");
	n.name = rules_keep(p->r, &p->word);
	if (parser_next(p) != 0)
		return -EINVAL;
	if (!p->more)
		return parser_fail(p, "the agent's path is missing here");
	if (!span_starts(p->word.text, "/") && !span_starts(p->word.text, "~/"))
		return parser_fail(p, "a path begins with / or ~/");
	n.path = rules_keep(p->r, &p->word);
	if (rules_add(p->r, &n) != 0)
		return parser_fail(p, "too many agents and key files");
	return directive_end(p);
}

/* The index of the next word among words; -EINVAL, with the reason, if it is none of them. */
static int
choice_read(struct parser *p, const char *const words[4], const char *reason)
{
	for (int i = 0; i < 4; i++) {
		if (parser_at(p, words[i]))
			return i;
	}
	return parser_fail(p, reason);
}

static int
asker_read(struct parser *p)
{
	static const char *const words[4] = { "auto", "dialog", "notification", "none" };
	int i = choice_read(p, words, "an asker is auto, dialog, notification or none");

	if (i < 0)
		return i;
	p->r->asker = (enum rules_asker)i;
	return directive_end(p);
}

static int
notify_read(struct parser *p)
{
	static const char *const words[4] = { "sign", "all", "refused", "none" };
	int i = choice_read(p, words, "notify is sign, all, refused or none");

	if (i < 0)
		return i;
	p->r->notify = (enum rules_notify)i;
	return directive_end(p);
}

/* A directive that may stand once, whose keyword has just been seen. */
static int
once_read(struct parser *p, bool *given, int (*read)(struct parser *))
{
	if (*given)
		return parser_fail(p, "the directive stands here for the second time");
	*given = true;
	return parser_next(p) != 0 ? -EINVAL : read(p);
}

static int
line_read(struct parser *p)
{
	static const struct {
		const char *word;
		enum verdict verdict;
	} verdicts[] = { { "allow", ALLOW }, { "ask", ASK }, { "deny", DENY } };

	if (parser_next(p) != 0)
		return -EINVAL;
	if (!p->more)
		return 0;
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		if (parser_at(p, verdicts[i].word))
			return parser_next(p) != 0 ? -EINVAL : rule_read(p, verdicts[i].verdict);
	}
	if (parser_at(p, "agent"))
		return parser_next(p) != 0 ? -EINVAL : agent_read(p);
	if (parser_at(p, "asker"))
		return once_read(p, &p->r->asker_given, asker_read);
	if (parser_at(p, "notify"))
		return once_read(p, &p->r->notify_given, notify_read);
	return parser_fail(p, "a line begins with allow, ask, deny, agent, asker or notify");
}

/* The length of the character at s, which is not empty; 0 if it is none of UTF-8 (RFC 3629). */
static size_t
character_len(struct span s)
{
	uint8_t c = s.p[0], low = 0x80, high = 0xbf;
	size_t len = c < 0x80                ? 1
		     : c >= 0xc2 && c < 0xe0 ? 2
		     : c >= 0xe0 && c < 0xf0 ? 3
		     : c >= 0xf0 && c < 0xf5 ? 4
					     : 0;

	if (len > s.len)
		return 0;
	if (c == 0xe0)
		low = 0xa0; /* overlong */
	if (c == 0xed)
		high = 0x9f; /* surrogates */
	if (c == 0xf0)
		low = 0x90; /* overlong */
	if (c == 0xf4)
		high = 0x8f; /* beyond U+10FFFF */
	for (size_t i = 1; i < len; i++) {
		if (s.p[i] < low || s.p[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return len;
}

/* UTF-8 without control characters but the tab. */
static int
line_check(struct parser *p, struct span line)
{
	size_t at = 0, len;

	if (line.len > LIMIT_RULES_LINE)
		return parser_fail_at(p, LIMIT_RULES_LINE + 1, "the line is longer than 4096 bytes");
	for (; at < line.len; at += len) {
		uint8_t c = line.p[at];

		len = 1;
		if (c >= 0x20 && c < 0x7f)
			continue;
		if (c == '\r')
			return parser_fail_at(p, at + 1, "a line ends in LF alone, without CR");
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return parser_fail_at(p, at + 1, "a control character");
		len = character_len((struct span){ line.p + at, line.len - at });
		if (len == 0)
			return parser_fail_at(p, at + 1, "this is not UTF-8");
	}
	return 0;
}

static int
text_read(struct parser *p, struct span text)
{
	p->line = 1;
	if (text.len > LIMIT_RULES_SIZE)
		return parser_fail_at(p, 1, "the file is larger than 1 MiB");
	for (; text.len > 0; p->line++) {
		const uint8_t *end = memchr(text.p, '\n', text.len);
		struct span line = { text.p, end != NULL ? (size_t)(end - text.p) : text.len };

		if (p->line > LIMIT_RULES_LINES)
			return parser_fail_at(p, 1, "the file has more than 10000 lines");
		if (line_check(p, line) != 0)
			return -EINVAL;
		words_open(&p->words, line);
		if (line_read(p) != 0)
			return -EINVAL;
		text.p += line.len + (end != NULL);
		text.len -= line.len + (end != NULL);
	}
	return 0;
}

/* Empties what counts what the arrays hold, and so the arrays; of the table only one that was filled, as the filter is in a hurry here. */
static void
rules_clear(struct rules *r)
{
	r->count = 0;
	if (r->named_count > 0)
		memset(r->slots, 0, sizeof(r->slots));
	r->named_count = 0;
	r->kept_len = 0;
	r->builtin = false;
	r->broken = false;
	r->asker_given = false;
	r->notify_given = false;
	r->asker = ASKER_AUTO;
	r->notify = NOTIFY_SIGN;
}

int
rules_parse(struct rules *r, struct span text, const struct rules_keyfile *keyfile, struct rules_error *error)
{
	struct parser p;

	p.r = r;
	p.keyfile = keyfile;
	p.error = error;
	rules_clear(r);
	if (text_read(&p, text) == 0)
		return 0;
	rules_refuse(r);
	return -EINVAL;
}

void
rules_refuse(struct rules *r)
{
	rules_clear(r);
	r->broken = true;
}

void
rules_builtin(struct rules *r)
{
	struct rules_error error;

	if (rules_parse(r, span_of(builtin_text), NULL, &error) == 0)
		r->builtin = true;
}
