/* SPDX-License-Identifier: ISC */
#include "agents/keyoptions.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define FLAGS "ckqvCN"
#define WITH_VALUE "thHSE"

/* What is still to be read, and where the words go. */
struct reader {
	struct span in;
	char *out;
};

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
at_end(const struct reader *r)
{
	return r->in.len == 0;
}

static uint8_t
reader_take(struct reader *r)
{
	uint8_t c = r->in.p[0];

	r->in.p++;
	r->in.len--;
	return c;
}

static void
skip_to_word(struct reader *r)
{
	while (!at_end(r) && (is_space(r->in.p[0]) || r->in.p[0] == '#')) {
		if (reader_take(r) != '#')
			continue;
		while (!at_end(r) && r->in.p[0] != '\n')
			reader_take(r);
	}
}

/*
 * A word is never longer in text than in the file: a quote or a space makes room for its NUL, and the file's end
 * for the last one's.
 */
static int
take_word(struct reader *r, char **word)
{
	uint8_t quote = 0;

	*word = r->out;
	while (!at_end(r) && (quote != 0 || !is_space(r->in.p[0]))) {
		uint8_t c = reader_take(r);

		if (c == '\0')
			return -EINVAL;
		if (quote == 0 && (c == '"' || c == '\''))
			quote = c;
		else if (quote != 0 && c == quote)
			quote = 0;
		else
			*r->out++ = (char)c;
	}
	if (quote != 0)
		return -EINVAL;
	if (!at_end(r))
		reader_take(r);
	*r->out++ = '\0';
	return 0;
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* The letters of one word, as getopt(3) reads them. *value: the next word is the last letter's value. */
static bool
is_option(const char *word, bool *value)
{
	*value = false;
	if (word[0] != '-' || word[1] == '\0')
		return false;
	for (word++; *word != '\0'; word++) {
		if (is_one_of(*word, WITH_VALUE)) {
			*value = word[1] == '\0';
			return true;
		}
		if (!is_one_of(*word, FLAGS))
			return false;
	}
	return true;
}

static int
check(const struct keyoptions *o, const char **bad)
{
	bool value = false;

	for (size_t i = 0; i < o->count; i++) {
		if (value) {
			value = false;
		} else if (!is_option(o->word[i], &value)) {
			*bad = o->word[i];
			return -EINVAL;
		}
	}
	return value ? -EINVAL : 0;
}

int
keyoptions_parse(struct keyoptions *o, struct span text, const char **bad)
{
	struct reader r = { .in = text, .out = o->text };

	o->count = 0;
	*bad = NULL;
	if (text.len >= sizeof(o->text))
		return -E2BIG;
	for (skip_to_word(&r); !at_end(&r); skip_to_word(&r)) {
		if (o->count == KEYOPTIONS_MAX)
			return -E2BIG;
		if (take_word(&r, &o->word[o->count]) < 0)
			return -EINVAL;
		o->count++;
	}
	return check(o, bad);
}
