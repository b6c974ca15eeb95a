/* SPDX-License-Identifier: ISC */
/*
 * What the fuzzers of a whole conversation share: the input as a script of bytes, memory for what is made of it,
 * and answers that are always the same.
 */
#ifndef QSSH_SCRIPT_H
#define QSSH_SCRIPT_H

#include "fuzz.h"

/* How long anybody waits for the other side: as good as for ever. */
#define PATIENCE_MS 60000

struct script {
	const uint8_t *p;
	size_t left;
};

/* The script's next byte; 0 at its end. */
static inline uint8_t
script_u8(struct script *s)
{
	if (s->left == 0)
		return 0;
	s->left--;
	return *s->p++;
}

/* Its next len bytes; fewer at its end. */
static inline struct span
script_bytes(struct script *s, size_t len)
{
	struct span bytes = { s->p, len < s->left ? len : s->left };

	s->p += bytes.len;
	s->left -= bytes.len;
	return bytes;
}

/* Memory that is given out in pieces, and taken back all at once by used = 0. */
struct arena {
	uint8_t *p;
	size_t size, used;
};

/* Begins to write where nothing is used. One piece at a time. */
static inline struct wire_out
arena_open(struct arena *a, size_t size)
{
	struct wire_out o;

	MUST(size <= a->size - a->used);
	wire_out_open(&o, a->p + a->used, size);
	return o;
}

/* What was written to o stays. */
static inline struct span
arena_keep(struct arena *a, const struct wire_out *o)
{
	MUST(!o->bad);
	a->used += o->len;
	return wire_out_span(o);
}

static inline struct span
one_byte(uint8_t type)
{
	static uint8_t types[256];

	types[type] = type;
	return (struct span){ types + type, 1 };
}

static inline bool
is_one_byte(struct span s, uint8_t type)
{
	return s.len == 1 && s.p[0] == type;
}

/* The answer to `query`, as PROTOCOL.agent has it. */
static inline struct span
query_answer(void)
{
	static const uint8_t body[] = "\x1d\0\0\0\5query\0\0\0\5query\0\0\0\x18session-bind@openssh.com";

	return (struct span){ body, sizeof(body) - 1 };
}

#endif
