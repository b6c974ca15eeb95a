/* SPDX-License-Identifier: ISC */
#include "base/sha256.h"

#include "check.h"

#include <string.h>

static void
hash(const void *data, size_t len, char out[2 * SHA256_SIZE + 1])
{
	uint8_t h[SHA256_SIZE];
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, data, len);
	sha256_end(&s, h);
	for (size_t i = 0; i < sizeof(h); i++)
		snprintf(out + 2 * i, 3, "%02x", h[i]);
}

/* FIPS 180-4's own examples, and those of NIST's "Examples with Intermediate Values". */
static void
gives_the_standards_examples(void)
{
	char hex[2 * SHA256_SIZE + 1];
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	hash("", 0, hex);
	CHECK(strcmp(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") == 0);
	hash("abc", 3, hex);
	CHECK(strcmp(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == 0);
	hash(two_blocks, strlen(two_blocks), hex);
	CHECK(strcmp(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1") == 0);
}

static void
gives_the_standards_million_of_as(void)
{
	uint8_t block[1000], h[SHA256_SIZE];
	struct sha256 s;
	static const uint8_t want[4] = { 0xcd, 0xc7, 0x6e, 0x5c };

	memset(block, 'a', sizeof(block));
	sha256_init(&s);
	for (int i = 0; i < 1000; i++)
		sha256_add(&s, block, sizeof(block));
	sha256_end(&s, h);
	CHECK(memcmp(h, want, sizeof(want)) == 0);
}

/*
 * Lengths around the end of a block, where the padding takes one block or two.
 * The sum of them all was made with sha256sum(1).
 */
static void
pads_every_length(void)
{
	uint8_t data[200], h[SHA256_SIZE], sum[SHA256_SIZE];
	struct sha256 s, all;
	static const uint8_t want[4] = { 0xfe, 0x88, 0x75, 0x74 };

	memset(data, 'q', sizeof(data));
	sha256_init(&all);
	for (size_t len = 0; len <= sizeof(data); len++) {
		sha256_init(&s);
		sha256_add(&s, data, len);
		sha256_end(&s, h);
		sha256_add(&all, h, sizeof(h));
	}
	sha256_end(&all, sum);
	CHECK(memcmp(sum, want, sizeof(want)) == 0);
}

static void
a_message_may_come_in_any_pieces(void)
{
	uint8_t data[150], whole[SHA256_SIZE], parts[SHA256_SIZE];
	struct sha256 s;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	sha256_init(&s);
	sha256_add(&s, data, sizeof(data));
	sha256_end(&s, whole);
	for (size_t cut = 0; cut <= sizeof(data); cut++) {
		sha256_init(&s);
		sha256_add(&s, data, cut);
		sha256_add(&s, NULL, 0);
		sha256_add(&s, data + cut, sizeof(data) - cut);
		sha256_end(&s, parts);
		CHECK(memcmp(whole, parts, sizeof(whole)) == 0);
	}
}

int
main(void)
{
	TEST(gives_the_standards_examples);
	TEST(gives_the_standards_million_of_as);
	TEST(pads_every_length);
	TEST(a_message_may_come_in_any_pieces);
	return check_done();
}
