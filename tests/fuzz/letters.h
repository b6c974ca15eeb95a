/* SPDX-License-Identifier: ISC */
/* Keys and session ids that are one letter each: what a script of bytes can name, and a model can compare. */
#ifndef QSSH_LETTERS_H
#define QSSH_LETTERS_H

#include "base/base64.h"
#include "base/wire.h"

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

/* The key's base64 text, as known_hosts has it. */
static inline const char *
letter_base64(char letter, char text[128])
{
	uint8_t buf[64];

	base64_encode(letter_key(letter, buf), text, 128);
	return text;
}

static inline void
letter_put_u64(struct wire_out *o, uint64_t v)
{
	wire_put_u32(o, (uint32_t)(v >> 32));
	wire_put_u32(o, (uint32_t)v);
}

/* What a certificate over an ed25519 key says. Sequences stand as they are in it. */
struct letter_cert {
	char key, authority;
	uint32_t type;
	struct span principals, critical, extensions;
	uint64_t after, before;
	bool open; /* what is to be signed: without a signature */
};

/* The blob of the certificate; its signature is none that would hold. */
static inline void
letter_put_cert(struct wire_out *o, const struct letter_cert *c)
{
	uint8_t fields[32];

	memset(fields, c->key, sizeof(fields));
	wire_put_string(o, span_of("ssh-ed25519-cert-v01@openssh.com"));
	wire_put_string(o, span_of("nonce"));
	wire_put_string(o, (struct span){ fields, sizeof(fields) });
	letter_put_u64(o, 7);
	wire_put_u32(o, c->type);
	wire_put_string(o, span_of("a certificate"));
	wire_put_string(o, c->principals);
	letter_put_u64(o, c->after);
	letter_put_u64(o, c->before);
	wire_put_string(o, c->critical);
	wire_put_string(o, c->extensions);
	wire_put_string(o, span_of(""));
	letter_put_key(o, c->authority);
	if (!c->open)
		wire_put_string(o, span_of("signature"));
}

#endif
