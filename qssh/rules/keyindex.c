/* SPDX-License-Identifier: ISC */
#include "rules/keyindex.h"

#include "base/glob.h"

#include <string.h>

/* FNV-1a, as a comment grows by one byte after the other. */
#define HASH_FIRST 2166136261u
#define HASH_NEXT(h, byte) (((h) ^ (byte)) * 16777619u)

static void
set_add(struct rules_set *s, size_t i)
{
	s->bits[i / 64] |= UINT64_C(1) << i % 64;
}

static bool
set_has(const struct rules_set *s, size_t i)
{
	return s->bits[i / 64] >> i % 64 & 1;
}

/* A pattern up to its first wildcard. */
static size_t
prefix_len(struct span pattern)
{
	size_t len = 0;

	while (len < pattern.len && pattern.p[len] != '*' && pattern.p[len] != '?')
		len++;
	return len;
}

/* A hash needs no hashing. */
static uint32_t
hash_of_hash(const uint8_t hash[SHA256_SIZE])
{
	return wire_get32(hash);
}

static void
key_index(struct rules *r, uint32_t i, uint16_t rule)
{
	struct rules_key *k = &r->key[i];
	uint32_t h = HASH_FIRST, *slot;

	k->rule = rule;
	k->prefix = (uint16_t)prefix_len(k->text);
	if (k->text.p == NULL)
		h = hash_of_hash(k->hash);
	else
		r->prefixes[k->prefix / 64] |= UINT64_C(1) << k->prefix % 64;
	for (size_t n = 0; k->text.p != NULL && n < k->prefix; n++)
		h = HASH_NEXT(h, k->text.p[n]);
	slot = &r->key_slot[h & (r->key_slots - 1)];
	k->next = *slot;
	*slot = i + 1;
}

void
keyindex_build(struct rules *r)
{
	r->key_slots = 2;
	while (r->key_slots < 2 * r->key_count)
		r->key_slots *= 2;
	memset(r->key_slot, 0, r->key_slots * sizeof(r->key_slot[0]));
	memset(r->prefixes, 0, sizeof(r->prefixes));
	memset(&r->keyless, 0, sizeof(r->keyless));
	for (size_t rule = 0; rule < r->count; rule++) {
		const struct rules_range *keys = &r->rule[rule].keys;

		if (!(r->rule[rule].clauses & RULES_KEY))
			set_add(&r->keyless, rule);
		for (uint32_t i = 0; i < keys->count; i++)
			key_index(r, keys->first + i, (uint16_t)rule);
	}
}

static void
find_hash(const struct rules *r, const uint8_t hash[SHA256_SIZE], struct rules_set *out)
{
	uint32_t i = r->key_slot[hash_of_hash(hash) & (r->key_slots - 1)];

	for (; i != 0; i = r->key[i - 1].next) {
		const struct rules_key *k = &r->key[i - 1];

		if (k->text.p == NULL && memcmp(k->hash, hash, SHA256_SIZE) == 0)
			set_add(out, k->rule);
	}
}

/* The patterns that begin with the first len bytes of the comment, up to a wildcard. */
static void
find_prefix(const struct rules *r, struct span comment, size_t len, uint32_t h, uint64_t *left, struct rules_set *out)
{
	for (uint32_t i = r->key_slot[h & (r->key_slots - 1)]; i != 0; i = r->key[i - 1].next) {
		const struct rules_key *k = &r->key[i - 1];

		if (k->text.p != NULL && k->prefix == len && !set_has(out, k->rule) &&
		    glob_within(k->text, comment, left))
			set_add(out, k->rule);
	}
}

void
keyindex_find(
    const struct rules *r, const uint8_t hash[SHA256_SIZE], struct span comment, uint64_t *left, struct rules_set *out)
{
	uint32_t h = HASH_FIRST;

	*out = r->keyless;
	if (r->key_count == 0)
		return;
	find_hash(r, hash, out);
	for (size_t len = 0; len <= comment.len && len <= LIMIT_RULES_LINE; len++) {
		if (r->prefixes[len / 64] >> len % 64 & 1)
			find_prefix(r, comment, len, h, left, out);
		if (len < comment.len)
			h = HASH_NEXT(h, comment.p[len]);
	}
}
