/* SPDX-License-Identifier: ISC */
#include "ssh/pubkey.h"

#include "base/base64.h"

#include <errno.h>

int
pubkey_decode(struct span type, struct span base64, uint8_t *buf, size_t size, struct pubkey *out)
{
	struct wire w;
	size_t len;

	if (base64_decode(base64, buf, size, &len) != 0)
		return -EINVAL;
	out->blob = (struct span){ buf, len };
	out->comment = (struct span){ NULL, 0 };
	wire_open(&w, out->blob);
	return span_eq(wire_string(&w), type) && sshkey_read(out->blob, &out->key) == 0 ? 0 : -EINVAL;
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static struct span
word_take(struct span *line)
{
	struct span word;
	size_t at = 0, end;

	while (at < line->len && is_space(line->p[at]))
		at++;
	for (end = at; end < line->len && !is_space(line->p[end]); end++)
		;
	word = (struct span){ line->p + at, end - at };
	*line = (struct span){ line->p + end, line->len - end };
	return word;
}

int
pubkey_read(struct span line, uint8_t *buf, size_t size, struct pubkey *out)
{
	struct span type = word_take(&line), base64 = word_take(&line);

	if (pubkey_decode(type, base64, buf, size, out) != 0)
		return -EINVAL;
	if (line.len > 0)
		out->comment = (struct span){ line.p + 1, line.len - 1 };
	return 0;
}
