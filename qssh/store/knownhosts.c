/* SPDX-License-Identifier: ISC */
#include "store/knownhosts.h"

#include "base/limits.h"
#include "store/blocks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Of a key's base64 text, as much of its end is hashed: every type has random bytes there, and equal hashes are
 * compared in full.
 */
#define HASHED_TAIL 64u

/* A line, and those behind it with the same mark, type and key. */
struct entry {
	struct names_line line;
	struct span type; /* empty for a revoked key: whatever the line calls it, it is that key */
	struct span key;
	uint64_t hash;
	enum hosts_mark mark;
	struct entry *chain; /* the next key of the bucket */
	struct entry *last; /* the last line of this key */
};

struct hosts {
	struct entry **buckets;
	size_t nbuckets; /* a power of two, or 0 */
	size_t keys;
	size_t lines;
	size_t size; /* bytes of text */
	struct blocks blocks; /* what the chains lead to */
	uint8_t *texts[HOSTS_FILES];
};

int
hosts_new(struct hosts **out)
{
	*out = calloc(1, sizeof(**out));
	return *out == NULL ? -ENOMEM : 0;
}

void
hosts_free(struct hosts *h)
{
	if (h == NULL)
		return;
	blocks_free(&h->blocks);
	for (unsigned i = 0; i < HOSTS_FILES; i++)
		free(h->texts[i]);
	free(h->buckets);
	free(h);
}

static uint64_t
key_hash(struct span key)
{
	uint64_t h = key.len;

	if (key.len > HASHED_TAIL) {
		key.p += key.len - HASHED_TAIL;
		key.len = HASHED_TAIL;
	}
	for (; key.len >= sizeof(uint64_t); key.p += sizeof(uint64_t), key.len -= sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, key.p, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	for (; key.len > 0; key.p++, key.len--)
		h = (h ^ *key.p) * 0x100000001b3u;
	return h ^ h >> 32;
}

static struct entry *
hosts_find(const struct hosts *h, enum hosts_mark mark, struct span type, struct span key)
{
	uint64_t hash = key_hash(key);

	if (h->nbuckets == 0)
		return NULL;
	for (struct entry *e = h->buckets[hash & (h->nbuckets - 1)]; e != NULL; e = e->chain) {
		if (e->hash == hash && e->mark == mark && span_eq(e->type, type) && span_eq(e->key, key))
			return e;
	}
	return NULL;
}

static void
bucket_push(struct hosts *h, struct entry *e)
{
	struct entry **bucket = &h->buckets[e->hash & (h->nbuckets - 1)];

	e->chain = *bucket;
	*bucket = e;
}

/* Room for more keys without long chains. */
static int
buckets_grow(struct hosts *h, size_t more)
{
	struct entry **old = h->buckets;
	size_t nold = h->nbuckets;
	size_t n = nold == 0 ? 64 : nold;

	while (n < h->keys + more)
		n *= 2;
	if (n == nold)
		return 0;
	h->buckets = calloc(n, sizeof(struct entry *));
	if (h->buckets == NULL) {
		h->buckets = old;
		return -ENOMEM;
	}
	h->nbuckets = n;
	for (size_t i = 0; i < nold; i++) {
		for (struct entry *e = old[i], *next; e != NULL; e = next) {
			next = e->chain;
			bucket_push(h, e);
		}
	}
	free(old);
	return 0;
}

static void
hosts_insert(struct hosts *h, struct entry *e)
{
	struct entry *first = hosts_find(h, e->mark, e->type, e->key);

	h->lines++;
	if (first != NULL) {
		first->last->line.next = &e->line;
		first->last = e;
		return;
	}
	h->keys++;
	e->hash = key_hash(e->key);
	e->last = e;
	bucket_push(h, e);
}

/*
 * A revoked key is found by its plain key, as OpenSSH compares them, whatever type the line's word gives; so it is
 * decoded here, and a certificate's key is written anew.
 * 0, -EINVAL for no key, or -ENOMEM.
 */
static int
revoked_read(struct hosts *h, struct entry *e)
{
	uint8_t blob[HOSTS_KEY_SIZE];
	char text[HOSTS_KEY_TEXT];
	struct sshkey key;
	uint8_t *copy;
	int r = hosts_key_read(e->key, blob, &key);

	e->type = (struct span){ NULL, 0 };
	if (r != 0 || !key.certified)
		return r;
	e->key.len = hosts_key_text(&key, text);
	copy = blocks_alloc(&h->blocks, e->key.len);
	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, text, e->key.len);
	e->key.p = copy;
	return 0;
}

static int
line_add(struct hosts *h, const struct hosts_line *line, struct entry *e)
{
	e->line = (struct names_line){ line->field, NULL };
	e->mark = line->mark;
	e->type = line->type;
	e->key = line->key;
	e->chain = NULL;
	if (line->mark == HOSTS_REVOKE) {
		int r = revoked_read(h, e);

		if (r != 0)
			return r;
	}
	hosts_insert(h, e);
	return 0;
}

/* How many entries text can need: its lines. */
static size_t
lines_count(struct span text)
{
	size_t n = 1;

	for (const uint8_t *p = text.p, *end = text.p + text.len; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	return n;
}

int
hosts_add(struct hosts *h, struct span text)
{
	struct hosts_line line;
	struct entry *e;
	size_t n;

	if (text.len > LIMIT_HOSTS_SIZE - h->size)
		return -E2BIG;
	if (text.len == 0)
		return 0;
	n = lines_count(text);
	e = blocks_alloc(&h->blocks, n * sizeof(*e));
	if (e == NULL || buckets_grow(h, n) != 0)
		return -ENOMEM;
	h->size += text.len;
	while (hosts_line_next(&text, &line)) {
		int r;

		if (h->lines >= LIMIT_HOSTS_LINES && line.mark != HOSTS_REVOKE)
			continue;
		r = line_add(h, &line, e);
		if (r == -ENOMEM)
			return r;
		e += r == 0;
	}
	return 0;
}

static int
file_add(struct hosts *h, unsigned i, const char *home)
{
	char path[HOSTS_PATH];
	size_t len = 0;
	int r = hosts_path(i, home, path);

	if (r == 0)
		r = hosts_read(path, LIMIT_HOSTS_SIZE - h->size, &h->texts[i], &len);
	return r == 0 && h->texts[i] != NULL ? hosts_add(h, (struct span){ h->texts[i], len }) : r;
}

int
hosts_open(struct hosts **out, const char *home)
{
	struct hosts *h;
	int r = hosts_new(&h);

	for (unsigned i = 0; i < HOSTS_FILES && r == 0; i++)
		r = file_add(h, i, home);
	if (r != 0) {
		hosts_free(h);
		h = NULL;
	}
	*out = h;
	return r;
}

bool
hosts_walk_next(const struct hosts *h, struct hosts_walk *w, struct hosts_known *out)
{
	const struct entry *e = w->entry;

	do {
		e = e != NULL ? e->chain : NULL;
		while (e == NULL && w->bucket < h->nbuckets)
			e = h->buckets[w->bucket++];
	} while (e != NULL && e->mark != HOSTS_PLAIN);
	w->entry = e;
	if (e == NULL)
		return false;
	*out = (struct hosts_known){ .type = e->type, .key = e->key, .names = { .plain = &e->line } };
	return true;
}

/* What sshkey_cert_check_host() of OpenSSH wants, but for the name: hostnames.h compares that. */
static bool
cert_holds(const struct sshkey_cert *c, uint64_t now)
{
	struct span principals = c->principals, first;

	return c->type == 2 && now >= c->valid_after && now < c->valid_before && c->critical.len == 0 &&
	       span_string(&principals, &first);
}

static bool
key_revoked(const struct hosts *h, struct span key)
{
	return hosts_find(h, HOSTS_REVOKE, (struct span){ NULL, 0 }, key) != NULL;
}

static const struct names_line *
lines_of(const struct hosts *h, enum hosts_mark mark, struct span type, struct span key)
{
	const struct entry *e = hosts_find(h, mark, type, key);

	return e == NULL ? NULL : &e->line;
}

/* The certificate's side of a lookup: the lines that let its CA name hosts. True: the CA is revoked. */
static bool
authority_lookup(const struct hosts *h, const struct sshkey_cert *c, uint64_t now, struct names *names)
{
	char text[HOSTS_KEY_TEXT];
	struct sshkey ca;
	struct span key = { (uint8_t *)text, 0 };

	if (sshkey_read(c->authority, &ca) != 0)
		return false;
	key.len = hosts_key_text(&ca, text);
	if (key_revoked(h, key))
		return true;
	if (cert_holds(c, now)) {
		names->authority = lines_of(h, HOSTS_AUTHORITY, ca.type, key);
		names->principals = c->principals;
	}
	return false;
}

enum hosts_state
hosts_lookup(const struct hosts *h, const struct sshkey *key, uint64_t now, struct names *names)
{
	static const struct names none = { 0 };
	char text[HOSTS_KEY_TEXT];
	struct span plain = { (uint8_t *)text, hosts_key_text(key, text) };

	*names = none;
	if (plain.len == 0)
		return HOSTS_UNNAMED;
	if (key_revoked(h, plain))
		return HOSTS_REVOKED;
	if (key->certified && authority_lookup(h, &key->cert, now, names))
		return HOSTS_REVOKED;
	names->plain = lines_of(h, HOSTS_PLAIN, key->type, plain);
	if (names_any(names))
		return HOSTS_NAMED;
	*names = none;
	return HOSTS_UNNAMED;
}
