/* SPDX-License-Identifier: ISC */
#include "store/hostsline.h"

#include "base/base64.h"

#include <errno.h>

static struct span
line_take(struct span *text)
{
	struct span line = { NULL, 0 };
	const uint8_t *nul;

	if (!span_line(text, &line) || line.len == 0)
		return line;
	nul = span_find(line, '\0');
	if (nul != NULL) /* OpenSSH reads lines as C strings */
		line.len = (size_t)(nul - line.p);
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* The next word, separated by SP and TAB; empty at the end. Found by memchr(), since keys are long and lines many. */
static struct span
word_take(struct span *line)
{
	const uint8_t *end;
	struct span word;

	while (line->len > 0 && (*line->p == ' ' || *line->p == '\t')) {
		line->p++;
		line->len--;
	}
	word = *line;
	end = span_find(word, ' ');
	if (end != NULL)
		word.len = (size_t)(end - word.p);
	end = span_find(word, '\t');
	if (end != NULL)
		word.len = (size_t)(end - word.p);
	line->p += word.len;
	line->len -= word.len;
	return word;
}

/* What a line's first word says: its mark, or -1 for one that OpenSSH doesn't know. */
static int
mark_of(struct span word)
{
	if (!span_starts(word, "@"))
		return HOSTS_PLAIN;
	if (span_is(word, "@cert-authority"))
		return HOSTS_AUTHORITY;
	return span_is(word, "@revoked") ? HOSTS_REVOKE : -1;
}

static bool
line_read(struct span line, struct hosts_line *out)
{
	struct span word = word_take(&line);
	int mark = mark_of(word);

	if (mark < 0 || word.len == 0 || *word.p == '#')
		return false;
	out->mark = (enum hosts_mark)mark;
	out->field = mark == HOSTS_PLAIN ? word : word_take(&line);
	out->type = word_take(&line);
	out->key = word_take(&line);
	return out->key.len > 0;
}

bool
hosts_line_next(struct span *text, struct hosts_line *out)
{
	while (text->len > 0) {
		if (line_read(line_take(text), out))
			return true;
	}
	return false;
}

/* The plain key's blob: string type, then its fields. */
static struct span
key_blob(const struct sshkey *key, uint8_t buf[HOSTS_KEY_SIZE])
{
	struct wire_out w;

	wire_out_open(&w, buf, HOSTS_KEY_SIZE);
	wire_put_string(&w, key->type);
	wire_put_raw(&w, key->fields);
	return wire_out_span(&w);
}

size_t
hosts_key_text(const struct sshkey *key, char text[HOSTS_KEY_TEXT])
{
	uint8_t buf[HOSTS_KEY_SIZE];
	struct span blob = key_blob(key, buf);

	return blob.len == 0 ? 0 : base64_encode(blob, text, HOSTS_KEY_TEXT);
}

int
hosts_key_read(struct span text, uint8_t blob[HOSTS_KEY_SIZE], struct sshkey *key)
{
	size_t len;

	if (base64_decode(text, blob, HOSTS_KEY_SIZE, &len) != 0)
		return -EINVAL;
	return sshkey_read((struct span){ blob, len }, key);
}
