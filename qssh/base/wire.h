/* SPDX-License-Identifier: ISC */
/*
 * Cursors over bytes: the encoding of RFC 4251 section 5.
 * No I/O, no malloc.
 *
 * A reader's failure is sticky: after the first read that does not fit, every read gives zero or the empty span
 * and wire_done() is false.
 * So a decoder reads a message like the protocol's own table and asks once, at its end.
 */
#ifndef QSSH_BASE_WIRE_H
#define QSSH_BASE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that somebody else owns. An empty span's p may be NULL. */
struct span {
	const uint8_t *p;
	size_t len;
};

/* The bytes of a C string, without its NUL. */
struct span span_of(const char *s);

/* Same length, same bytes. Not constant time: nothing secret passes through qssh. */
bool span_eq(struct span a, struct span b);

/* Same bytes as the C string s. */
bool span_is(struct span a, const char *s);

/* a begins with the C string s. */
bool span_starts(struct span a, const char *s);

/* a ends with the C string s. */
bool span_ends(struct span a, const char *s);

/* The first c in s; NULL: there is none. Unlike memchr(3), s may be empty and its p NULL. */
const uint8_t *span_find(struct span s, char c);

bool span_has(struct span s, char c);

/* Takes the next line off *text, without its LF. The last one may lack its LF. False: none is left. */
bool span_line(struct span *text, struct span *line);

/* The same, of lines that end in LF alone: what follows the last LF stays in *text. */
bool span_whole_line(struct span *text, struct span *line);

/*
 * Takes off *rest what stands before the next c, and that c.
 * Where there is none, it takes all, and rest->p is NULL then; behind a c at the end it is not.
 */
struct span span_cut(struct span *rest, char c);

/*
 * Takes the next string off a sequence of strings. False at its end and where it is torn; *seq is then empty or torn
 * as it was.
 */
bool span_string(struct span *seq, struct span *out);

struct wire {
	const uint8_t *p;
	size_t left;
	bool bad;
};

/* Begins to read s. s must outlive every span that is read from it. */
void wire_open(struct wire *w, struct span s);

uint8_t wire_u8(struct wire *w);
uint32_t wire_u32(struct wire *w);
uint64_t wire_u64(struct wire *w);

/* The next len bytes as they are. */
struct span wire_raw(struct wire *w, size_t len);

/* A u32 length and as many bytes. */
struct span wire_string(struct wire *w);

/* A boolean: 0 or 1. RFC 4251 lets every non-zero byte mean true, so that is what it reads. */
bool wire_bool(struct wire *w);

/* Every read so far fitted. */
bool wire_ok(const struct wire *w);

/* Every read fitted and nothing is left over. */
bool wire_done(const struct wire *w);

/* Writes into a buffer of the caller's. What does not fit sets bad, and nothing more is written. */
struct wire_out {
	uint8_t *p;
	size_t size;
	size_t len;
	bool bad;
};

void wire_out_open(struct wire_out *w, void *buf, size_t size);
void wire_put_u8(struct wire_out *w, uint8_t v);
void wire_put_u32(struct wire_out *w, uint32_t v);
void wire_put_raw(struct wire_out *w, struct span s);
void wire_put_string(struct wire_out *w, struct span s);

/* What has been written; the empty span if anything did not fit. */
struct span wire_out_span(const struct wire_out *w);

/* A u32, big-endian, at p: what a frame's length is read and written with. */
uint32_t wire_get32(const uint8_t p[4]);
void wire_set32(uint8_t p[4], uint32_t v);

#endif
