/* SPDX-License-Identifier: ISC */
#include "base/wire.h"

#include <string.h>

struct span
span_of(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

bool
span_eq(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool
span_is(struct span a, const char *s)
{
	return span_eq(a, span_of(s));
}

bool
span_starts(struct span a, const char *s)
{
	struct span head = span_of(s);

	return a.len >= head.len && span_eq((struct span){ a.p, head.len }, head);
}

bool
span_ends(struct span a, const char *s)
{
	struct span tail = span_of(s);

	return a.len >= tail.len &&
	       (tail.len == 0 || span_eq((struct span){ a.p + (a.len - tail.len), tail.len }, tail));
}

const uint8_t *
span_find(struct span s, char c)
{
	return s.len > 0 ? memchr(s.p, c, s.len) : NULL;
}

bool
span_has(struct span s, char c)
{
	return span_find(s, c) != NULL;
}

bool
span_line(struct span *text, struct span *line)
{
	const uint8_t *end = span_find(*text, '\n');
	size_t taken;

	if (text->len == 0)
		return false;
	*line = (struct span){ text->p, end != NULL ? (size_t)(end - text->p) : text->len };
	taken = line->len + (end != NULL);
	text->p += taken;
	text->len -= taken;
	return true;
}

bool
span_whole_line(struct span *text, struct span *line)
{
	return span_has(*text, '\n') && span_line(text, line);
}

struct span
span_cut(struct span *rest, char c)
{
	const uint8_t *at = span_find(*rest, c);
	struct span part = *rest;

	if (at == NULL) {
		*rest = (struct span){ NULL, 0 };
		return part;
	}
	part.len = (size_t)(at - part.p);
	rest->p += part.len + 1;
	rest->len -= part.len + 1;
	return part;
}

void
wire_open(struct wire *w, struct span s)
{
	w->p = s.p;
	w->left = s.len;
	w->bad = false;
}

struct span
wire_raw(struct wire *w, size_t len)
{
	struct span s = { NULL, 0 };

	if (w->bad || len > w->left) {
		w->bad = true;
		return s;
	}
	s.p = w->p;
	s.len = len;
	if (len > 0) /* an empty span's p may be NULL, which has no arithmetic */
		w->p += len;
	w->left -= len;
	return s;
}

uint8_t
wire_u8(struct wire *w)
{
	struct span s = wire_raw(w, 1);

	return s.len == 1 ? s.p[0] : 0;
}

uint32_t
wire_u32(struct wire *w)
{
	struct span s = wire_raw(w, 4);

	return s.len == 4 ? wire_get32(s.p) : 0;
}

uint64_t
wire_u64(struct wire *w)
{
	uint64_t high = wire_u32(w);
	uint64_t low = wire_u32(w);

	return w->bad ? 0 : high << 32 | low;
}

struct span
wire_string(struct wire *w)
{
	uint32_t len = wire_u32(w);

	return wire_raw(w, len);
}

bool
wire_bool(struct wire *w)
{
	return wire_u8(w) != 0;
}

bool
wire_ok(const struct wire *w)
{
	return !w->bad;
}

bool
wire_done(const struct wire *w)
{
	return !w->bad && w->left == 0;
}

void
wire_out_open(struct wire_out *w, void *buf, size_t size)
{
	w->p = buf;
	w->size = size;
	w->len = 0;
	w->bad = false;
}

void
wire_put_raw(struct wire_out *w, struct span s)
{
	if (w->bad || s.len > w->size - w->len) {
		w->bad = true;
		return;
	}
	if (s.len > 0)
		memcpy(w->p + w->len, s.p, s.len);
	w->len += s.len;
}

void
wire_put_u8(struct wire_out *w, uint8_t v)
{
	wire_put_raw(w, (struct span){ &v, 1 });
}

void
wire_put_u32(struct wire_out *w, uint32_t v)
{
	uint8_t b[4];

	wire_set32(b, v);
	wire_put_raw(w, (struct span){ b, sizeof(b) });
}

void
wire_put_string(struct wire_out *w, struct span s)
{
	if (s.len > UINT32_MAX) {
		w->bad = true;
		return;
	}
	wire_put_u32(w, (uint32_t)s.len);
	wire_put_raw(w, s);
}

struct span
wire_out_span(const struct wire_out *w)
{
	return w->bad ? (struct span){ NULL, 0 } : (struct span){ w->p, w->len };
}

uint32_t
wire_get32(const uint8_t p[4])
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void
wire_set32(uint8_t p[4], uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

bool
span_string(struct span *seq, struct span *out)
{
	struct wire w;

	wire_open(&w, *seq);
	*out = wire_string(&w);
	if (!wire_ok(&w))
		return false;
	*seq = (struct span){ w.p, w.left };
	return true;
}
