#include "rules/directive.h"
#include "rules/line.h"
#include "rules/rule.h"
#include "rules/rules.h"

#include <errno.h>
#include <string.h>

static const char builtin_text[] = "allow * arg * for login sshsig:*\n"
				   "ask * arg * for any\n";

static int
line_read(struct ruleline *l, struct span text)
{
	if (ruleline_open(l, text) != 0)
		return -EINVAL;
	if (!l->more)
		return 0;
	if (rule_begins(l))
		return rule_read(l);
	if (ruledirective_begins(l))
		return ruledirective_read(l);
	return ruleline_fail(l, "a line begins with allow, ask, deny, agent, asker or notify");
}

static int
text_read(struct ruleline *l, struct span text)
{
	l->number = 1;
	if (text.len > LIMIT_RULES_SIZE)
		return ruleline_fail_at(l, 1, "the file is larger than 1 MiB");
	for (; text.len > 0; l->number++) {
		const uint8_t *end = memchr(text.p, '\n', text.len);
		struct span line = { text.p, end != NULL ? (size_t)(end - text.p) : text.len };

		if (l->number > LIMIT_RULES_LINES)
			return ruleline_fail_at(l, 1, "the file has more than 10000 lines");
		if (line_read(l, line) != 0)
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
	struct ruleline l;

	l.r = r;
	l.keyfile = keyfile;
	l.error = error;
	rules_clear(r);
	if (text_read(&l, text) == 0)
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
