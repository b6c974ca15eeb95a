/* SPDX-License-Identifier: ISC */
#include "base/sha256.h"

#include <string.h>

static const uint32_t round_constant[64] = {
	0x428a2f98,
	0x71374491,
	0xb5c0fbcf,
	0xe9b5dba5,
	0x3956c25b,
	0x59f111f1,
	0x923f82a4,
	0xab1c5ed5,
	0xd807aa98,
	0x12835b01,
	0x243185be,
	0x550c7dc3,
	0x72be5d74,
	0x80deb1fe,
	0x9bdc06a7,
	0xc19bf174,
	0xe49b69c1,
	0xefbe4786,
	0x0fc19dc6,
	0x240ca1cc,
	0x2de92c6f,
	0x4a7484aa,
	0x5cb0a9dc,
	0x76f988da,
	0x983e5152,
	0xa831c66d,
	0xb00327c8,
	0xbf597fc7,
	0xc6e00bf3,
	0xd5a79147,
	0x06ca6351,
	0x14292967,
	0x27b70a85,
	0x2e1b2138,
	0x4d2c6dfc,
	0x53380d13,
	0x650a7354,
	0x766a0abb,
	0x81c2c92e,
	0x92722c85,
	0xa2bfe8a1,
	0xa81a664b,
	0xc24b8b70,
	0xc76c51a3,
	0xd192e819,
	0xd6990624,
	0xf40e3585,
	0x106aa070,
	0x19a4c116,
	0x1e376c08,
	0x2748774c,
	0x34b0bcb5,
	0x391c0cb3,
	0x4ed8aa4a,
	0x5b9cca4f,
	0x682e6ff3,
	0x748f82ee,
	0x78a5636f,
	0x84c87814,
	0x8cc70208,
	0x90befffa,
	0xa4506ceb,
	0xbef9a3f7,
	0xc67178f2,
};

static uint32_t
rotate(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
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

/* The message schedule W of FIPS 180-4, section 6.2.2, step 1. */
static void
schedule(uint32_t w[64], const uint8_t block[64])
{
	for (unsigned i = 0; i < 16; i++)
		w[i] = word_read(block + 4 * i);
	for (unsigned i = 16; i < 64; i++) {
		uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
		uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;

		w[i] = w[i - 16] + s0 + w[i - 7] + s1;
	}
}

/*
 * One round of step 3; kw is K plus W. Nothing is moved: each round takes the variables a place further to the left,
 * and after moved rounds a is at s[8 - moved].
 */
static inline void
round_add(uint32_t s[8], unsigned moved, uint32_t kw)
{
	uint32_t a = s[(8 - moved) % 8], b = s[(9 - moved) % 8], c = s[(10 - moved) % 8];
	uint32_t e = s[(12 - moved) % 8], f = s[(13 - moved) % 8], g = s[(14 - moved) % 8];
	uint32_t e1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
	uint32_t e0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
	uint32_t choice = (e & f) ^ (~e & g);
	uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
	uint32_t t1 = s[(15 - moved) % 8] + e1 + choice + kw;

	s[(11 - moved) % 8] += t1;
	s[(15 - moved) % 8] = t1 + e0 + majority;
}

/* Steps 2 to 4: s holds a to h. With the rounds in a row, they stay in registers. */
static void
block_add(uint32_t state[8], const uint8_t block[64])
{
	uint32_t w[64], s[8];

	schedule(w, block);
	memcpy(s, state, sizeof(s));
	for (unsigned i = 0; i < 64; i += 8) {
		round_add(s, 0, round_constant[i] + w[i]);
		round_add(s, 1, round_constant[i + 1] + w[i + 1]);
		round_add(s, 2, round_constant[i + 2] + w[i + 2]);
		round_add(s, 3, round_constant[i + 3] + w[i + 3]);
		round_add(s, 4, round_constant[i + 4] + w[i + 4]);
		round_add(s, 5, round_constant[i + 5] + w[i + 5]);
		round_add(s, 6, round_constant[i + 6] + w[i + 6]);
		round_add(s, 7, round_constant[i + 7] + w[i + 7]);
	}
	for (unsigned i = 0; i < 8; i++)
		state[i] += s[i];
}

void
sha256_init(struct sha256 *h)
{
	static const uint32_t initial[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
		0x1f83d9ab, 0x5be0cd19 };

	memcpy(h->state, initial, sizeof(initial));
	h->len = 0;
	memset(h->block, 0, sizeof(h->block));
}

void
sha256_add(struct sha256 *h, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len > 0) {
		size_t used = h->len % sizeof(h->block);
		size_t n = sizeof(h->block) - used;

		if (n > len)
			n = len;
		memcpy(h->block + used, p, n);
		h->len += n;
		p += n;
		len -= n;
		if (used + n == sizeof(h->block))
			block_add(h->state, h->block);
	}
}

void
sha256_end(struct sha256 *h, uint8_t out[SHA256_SIZE])
{
	static const uint8_t padding[64] = { 0x80 };
	uint64_t bits = h->len * 8;
	uint8_t length[8];

	sha256_add(h, padding, 1 + (119 - h->len % 64) % 64);
	word_write(length, (uint32_t)(bits >> 32));
	word_write(length + 4, (uint32_t)bits);
	sha256_add(h, length, sizeof(length));
	for (unsigned i = 0; i < 8; i++)
		word_write(out + 4 * i, h->state[i]);
}
