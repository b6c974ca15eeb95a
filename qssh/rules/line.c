#include "rules/line.h"

#include "base/text.h"
#include "base/utf8.h"

#include <errno.h>

int
ruleline_fail_at(struct ruleline *l, size_t column, const char *reason)
{
	struct text t;

	l->error->line = l->number;
	l->error->column = (unsigned)column;
	text_open(&t, l->error->reason, sizeof(l->error->reason));
	text_add(&t, reason);
	return -EINVAL;
}

int
ruleline_fail(struct ruleline *l, const char *reason)
{
	return ruleline_fail_at(l, l->word.column, reason);
}

static int
line_check(struct ruleline *l, struct span text)
{
	size_t at = 0, len;

	if (text.len > LIMIT_RULES_LINE)
		return ruleline_fail_at(l, LIMIT_RULES_LINE + 1, "the line is longer than 4096 bytes");
	for (; at < text.len; at += len) {
		uint8_t c = text.p[at];

		if (c == '\r')
			return ruleline_fail_at(l, at + 1, "a line ends in LF alone, without CR");
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return ruleline_fail_at(l, at + 1, "a control character");
		len = utf8_len((struct span){ text.p + at, text.len - at });
		if (len == 0)
			return ruleline_fail_at(l, at + 1, "this is not UTF-8");
	}
	return 0;
}

int
ruleline_open(struct ruleline *l, struct span text)
{
	if (line_check(l, text) != 0)
		return -EINVAL;
	words_open(&l->words, text);
	return ruleline_next(l);
}

int
ruleline_next(struct ruleline *l)
{
	l->more = words_next(&l->words, &l->word);
	return l->words.bad != NULL ? ruleline_fail(l, l->words.bad) : 0;
}

int
ruleline_end(struct ruleline *l)
{
	if (ruleline_next(l) != 0)
		return -EINVAL;
	return l->more ? ruleline_fail(l, "the line should end here") : 0;
}

bool
ruleline_at(const struct ruleline *l, const char *keyword)
{
	return l->more && !l->word.quoted && span_is(l->word.text, keyword);
}
