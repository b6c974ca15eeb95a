/* SPDX-License-Identifier: ISC */
#include "rules/words.h"

#include <string.h>

static bool
byte_parts(uint8_t c)
{
	return c == ' ' || c == '\t';
}

void
words_open(struct words *w, struct span line)
{
	w->line = line;
	w->at = 0;
	w->bad = NULL;
	if (line.len > sizeof(w->unescaped))
		w->bad = "the line is too long";
}

/* Stops for good, at the byte with this offset. */
static bool
words_fail(struct words *w, struct word *out, size_t at, const char *why)
{
	w->bad = why;
	out->column = at + 1;
	return false;
}

static bool
words_plain(struct words *w, struct word *out)
{
	size_t from = w->at, i = from;

	for (; i < w->line.len && !byte_parts(w->line.p[i]); i++) {
		if (w->line.p[i] == '"')
			return words_fail(w, out, i, "a quote stands only around a whole word");
	}
	w->at = i;
	out->raw = (struct span){ w->line.p + from, i - from };
	out->text = out->raw;
	return true;
}

static bool
words_quoted(struct words *w, struct word *out)
{
	const uint8_t *p = w->line.p;
	size_t from = w->at, i, n = 0;

	for (i = from + 1; i < w->line.len && p[i] != '"'; i++) {
		if (p[i] == '\\') {
			i++;
			if (i == w->line.len || (p[i] != '"' && p[i] != '\\'))
				return words_fail(
				    w, out, i - 1, "inside quotes a backslash stands only before \" and \\");
			out->escaped = true;
		}
		w->unescaped[n++] = p[i];
	}
	if (i == w->line.len)
		return words_fail(w, out, from, "the quote is never closed");
	i++;
	if (i < w->line.len && !byte_parts(p[i]))
		return words_fail(w, out, i, "a space must follow the closing quote");
	w->at = i;
	out->quoted = true;
	out->raw = (struct span){ p + from, i - from };
	out->text = out->escaped ? (struct span){ w->unescaped, n } : (struct span){ p + from + 1, n };
	return true;
}

bool
words_next(struct words *w, struct word *out)
{
	*out = (struct word){ .column = w->at + 1 };
	if (w->bad != NULL)
		return false;
	while (w->at < w->line.len && byte_parts(w->line.p[w->at]))
		w->at++;
	out->column = w->at + 1;
	if (w->at == w->line.len || w->line.p[w->at] == '#')
		return false;
	return w->line.p[w->at] == '"' ? words_quoted(w, out) : words_plain(w, out);
}
