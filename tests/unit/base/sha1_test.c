/* SPDX-License-Identifier: ISC */
#include "base/sha1.h"

#include "check.h"

#include <string.h>

static void
hash(const void *data, size_t len, char out[2 * SHA1_SIZE + 1])
{
	uint8_t h[SHA1_SIZE];

	sha1(data, len, h);
	for (size_t i = 0; i < sizeof(h); i++)
		snprintf(out + 2 * i, 3, "%02x", h[i]);
}

static void
mac(const void *key, size_t keylen, const void *data, size_t len, char out[2 * SHA1_SIZE + 1])
{
	uint8_t h[SHA1_SIZE];

	sha1_hmac(key, keylen, data, len, h);
	for (size_t i = 0; i < sizeof(h); i++)
		snprintf(out + 2 * i, 3, "%02x", h[i]);
}

/* NIST's "Examples with Intermediate Values". */
static void
gives_the_standards_examples(void)
{
	char hex[2 * SHA1_SIZE + 1];
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	hash("", 0, hex);
	CHECK(strcmp(hex, "da39a3ee5e6b4b0d3255bfef95601890afd80709") == 0);
	hash("abc", 3, hex);
	CHECK(strcmp(hex, "a9993e364706816aba3e25717850c26c9cd0d89d") == 0);
	hash(two_blocks, strlen(two_blocks), hex);
	CHECK(strcmp(hex, "84983e441c3bd26ebaae4aa1f95129e5e54670f1") == 0);
}

/*
 * Lengths around the end of a block, where the padding takes one block or two.
 * The sum of them all was made with Python's hashlib.
 */
static void
pads_every_length(void)
{
	uint8_t data[200], hashes[201 * SHA1_SIZE];
	char hex[2 * SHA1_SIZE + 1];

	memset(data, 'q', sizeof(data));
	for (size_t len = 0; len <= sizeof(data); len++)
		sha1(data, len, hashes + len * SHA1_SIZE);
	hash(hashes, sizeof(hashes), hex);
	CHECK(strcmp(hex, "e3b6de561ccc7f19a809aff753ffa218a466bd2d") == 0);
}

/* RFC 2202, section 3, test cases 1, 2, 3 and 6. */
static void
gives_the_mac_examples_of_rfc_2202(void)
{
	uint8_t key[80], data[50];
	char hex[2 * SHA1_SIZE + 1];
	static const char longer[] = "Test Using Larger Than Block-Size Key - Hash Key First";

	memset(key, 0x0b, sizeof(key));
	mac(key, 20, "Hi There", 8, hex);
	CHECK(strcmp(hex, "b617318655057264e28bc0b6fb378c8ef146be00") == 0);
	mac("Jefe", 4, "what do ya want for nothing?", 28, hex);
	CHECK(strcmp(hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79") == 0);
	memset(key, 0xaa, sizeof(key));
	memset(data, 0xdd, sizeof(data));
	mac(key, 20, data, sizeof(data), hex);
	CHECK(strcmp(hex, "125d7342b9ac11cd91a39af48aa17b4f63f175d3") == 0);
	mac(key, 80, longer, strlen(longer), hex);
	CHECK(strcmp(hex, "aa4ae5e15272d00e95705637ce8a3b55ed402112") == 0);
}

/* A key of just one block is used as it is; one byte more and it is hashed. Made with Python's hmac. */
static void
hashes_only_a_key_longer_than_a_block(void)
{
	uint8_t key[65];
	char hex[2 * SHA1_SIZE + 1];

	memset(key, 'k', sizeof(key));
	mac(key, 64, "host", 4, hex);
	CHECK(strcmp(hex, "5769716a763f90aa83166439fdfb4688953e348d") == 0);
	mac(key, 65, "host", 4, hex);
	CHECK(strcmp(hex, "09aafba50816b82e1a5342b9687313ed64d2de06") == 0);
	mac(NULL, 0, "host", 4, hex);
	CHECK(strcmp(hex, "a8c032b739c676f1b63562c447e5855f5c4f3e53") == 0);
}

int
main(void)
{
	TEST(gives_the_standards_examples);
	TEST(pads_every_length);
	TEST(gives_the_mac_examples_of_rfc_2202);
	TEST(hashes_only_a_key_longer_than_a_block);
	return check_done();
}
