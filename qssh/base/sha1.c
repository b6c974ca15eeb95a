/* SPDX-License-Identifier: ISC */
#include "base/sha1.h"

#include <string.h>

#define BLOCK 64u

struct sha1_state {
	uint32_t state[5];
	uint64_t len;
	uint8_t block[BLOCK];
};

static uint32_t
rotate(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static uint32_t
word_read(const uint8_t p[4])
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void
word_write(uint8_t p[4], uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/* f and K of FIPS 180-4, sections 4.1.1 and 4.2.1, for round t. */
static uint32_t
mix(unsigned t, uint32_t x, uint32_t y, uint32_t z)
{
	if (t < 20)
		return ((x & y) ^ (~x & z)) + 0x5a827999;
	if (t < 40)
		return (x ^ y ^ z) + 0x6ed9eba1;
	if (t < 60)
		return ((x & y) ^ (x & z) ^ (y & z)) + 0x8f1bbcdc;
	return (x ^ y ^ z) + 0xca62c1d6;
}

/*
 * One round of section 6.1.2, step 3. Nothing is moved: each round takes the variables a place further to the left, and
 * after moved rounds a is at s[5 - moved].
 */
static inline void
round_add(uint32_t s[5], unsigned moved, unsigned t, uint32_t w)
{
	uint32_t a = s[(5 - moved) % 5], *b = &s[(6 - moved) % 5], c = s[(7 - moved) % 5], d = s[(8 - moved) % 5];

	s[(9 - moved) % 5] += rotate(a, 5) + mix(t, *b, c, d) + w;
	*b = rotate(*b, 30);
}

/* s holds a to e. With the rounds in a row, they stay in registers. */
static void
block_add(uint32_t state[5], const uint8_t block[BLOCK])
{
	uint32_t w[80], s[5];

	for (unsigned t = 0; t < 16; t++)
		w[t] = word_read(block + 4 * t);
	for (unsigned t = 16; t < 80; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	memcpy(s, state, sizeof(s));
	for (unsigned t = 0; t < 80; t += 5) {
		round_add(s, 0, t, w[t]);
		round_add(s, 1, t, w[t + 1]);
		round_add(s, 2, t, w[t + 2]);
		round_add(s, 3, t, w[t + 3]);
		round_add(s, 4, t, w[t + 4]);
	}
	for (unsigned i = 0; i < 5; i++)
		state[i] += s[i];
}

static void
state_init(struct sha1_state *h)
{
	static const uint32_t initial[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };

	memcpy(h->state, initial, sizeof(initial));
	h->len = 0;
	memset(h->block, 0, sizeof(h->block));
}

static void
state_add(struct sha1_state *h, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len > 0) {
		size_t used = h->len % BLOCK;
		size_t n = BLOCK - used;

		if (n > len)
			n = len;
		memcpy(h->block + used, p, n);
		h->len += n;
		p += n;
		len -= n;
		if (used + n == BLOCK)
			block_add(h->state, h->block);
	}
}

static void
state_end(struct sha1_state *h, uint8_t out[SHA1_SIZE])
{
	static const uint8_t padding[BLOCK] = { 0x80 };
	uint64_t bits = h->len * 8;
	uint8_t length[8];

	state_add(h, padding, 1 + (119 - h->len % BLOCK) % BLOCK);
	word_write(length, (uint32_t)(bits >> 32));
	word_write(length + 4, (uint32_t)bits);
	state_add(h, length, sizeof(length));
	for (unsigned i = 0; i < 5; i++)
		word_write(out + 4 * i, h->state[i]);
}

void
sha1(const void *data, size_t len, uint8_t out[SHA1_SIZE])
{
	struct sha1_state h;

	state_init(&h);
	state_add(&h, data, len);
	state_end(&h, out);
}

/* The hash of (key xor pad) followed by data: HMAC's inner and outer half (RFC 2104, section 2). */
static void
half(const uint8_t key[BLOCK], uint8_t pad, const void *data, size_t len, uint8_t out[SHA1_SIZE])
{
	struct sha1_state h;
	uint8_t block[BLOCK];

	for (unsigned i = 0; i < BLOCK; i++)
		block[i] = key[i] ^ pad;
	state_init(&h);
	state_add(&h, block, sizeof(block));
	state_add(&h, data, len);
	state_end(&h, out);
}

void
sha1_hmac(const void *key, size_t keylen, const void *data, size_t len, uint8_t out[SHA1_SIZE])
{
	uint8_t block[BLOCK] = { 0 };
	uint8_t inner[SHA1_SIZE];

	if (keylen > BLOCK)
		sha1(key, keylen, block);
	else if (keylen > 0)
		memcpy(block, key, keylen);
	half(block, 0x36, data, len, inner);
	half(block, 0x5c, inner, sizeof(inner), out);
}
