/* Keys and session ids that are one letter each: what a script of bytes can name, and a model can compare. */
#ifndef QSSH_LETTERS_H
#define QSSH_LETTERS_H

#include "wire.h"

#include <string.h>

/* The blob of an ed25519 key, 32 times its letter. */
static inline struct span
letter_key(char letter, uint8_t buf[64])
{
	uint8_t fields[32];
	struct wire_out o;

	memset(fields, letter, sizeof(fields));
	wire_out_open(&o, buf, 64);
	wire_put_string(&o, span_of("ssh-ed25519"));
	wire_put_string(&o, (struct span){ fields, sizeof(fields) });
	return wire_out_span(&o);
}

/* A session id of 32 times its letter. */
static inline struct span
letter_session(char letter, uint8_t buf[64])
{
	memset(buf, letter, 32);
	return (struct span){ buf, 32 };
}

/* The letter of a key; 0 for any other bytes. */
static inline char
letter_of_key(struct span s)
{
	uint8_t buf[64];

	return s.len > 0 && span_eq(letter_key((char)s.p[s.len - 1], buf), s) ? (char)s.p[s.len - 1] : 0;
}

/* The letter of a session id; 0 for any other bytes. */
static inline char
letter_of_session(struct span s)
{
	uint8_t buf[64];

	return s.len > 0 && span_eq(letter_session((char)s.p[0], buf), s) ? (char)s.p[0] : 0;
}

static inline void
letter_put_key(struct wire_out *o, char letter)
{
	uint8_t buf[64];

	wire_put_string(o, letter_key(letter, buf));
}

static inline void
letter_put_session(struct wire_out *o, char letter)
{
	uint8_t buf[64];

	wire_put_string(o, letter_session(letter, buf));
}

#endif
