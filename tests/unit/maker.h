/* SPDX-License-Identifier: ISC */
/*
 * A message in the making, for tests: written field by field.
 */
#ifndef QSSH_TESTS_MAKER_H
#define QSSH_TESTS_MAKER_H

#include "base/wire.h"

#include <string.h>

static inline struct span
bytes(const void *p, size_t len)
{
	return (struct span){ p, len };
}

/* A message in the making. */
struct maker {
	struct wire_out w;
	uint8_t buf[8192];
};

static inline void
maker_open(struct maker *m)
{
	wire_out_open(&m->w, m->buf, sizeof(m->buf));
}

static inline void
put(struct maker *m, const char *s)
{
	wire_put_string(&m->w, span_of(s));
}

static inline struct span
made(const struct maker *m)
{
	return wire_out_span(&m->w);
}

static inline struct span
ed25519(struct maker *m, uint8_t fill)
{
	uint8_t pk[32];

	memset(pk, fill, sizeof(pk));
	maker_open(m);
	put(m, "ssh-ed25519");
	wire_put_string(&m->w, bytes(pk, sizeof(pk)));
	return made(m);
}

#endif
