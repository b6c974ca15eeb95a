/* SPDX-License-Identifier: ISC */
#include "vault/hostkeys.h"

#include "base/limits.h"
#include "store/knownhosts.h"

#include <stdlib.h>
#include <string.h>

static void
add(struct hostkeys *h, const struct hosts_line *line)
{
	static uint8_t blob[HOSTS_KEY_SIZE];
	struct sshkey key;
	struct hostkey *all;

	if (line->mark != HOSTS_PLAIN || h->count == LIMIT_HOSTS_LINES || hosts_key_read(line->key, blob, &key) < 0)
		return;
	if (h->count % 1024 == 0) {
		all = realloc(h->all, (h->count + 1024) * sizeof(*all));
		if (all == NULL)
			return;
		h->all = all;
	}
	h->all[h->count].line = (struct names_line){ .field = line->field };
	sshkey_hash(&key, h->all[h->count++].hash);
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp(((const struct hostkey *)a)->hash, ((const struct hostkey *)b)->hash, SHA256_SIZE);
}

void
hostkeys_free(struct hostkeys *h)
{
	for (unsigned i = 0; i < HOSTS_FILES; i++)
		free(h->texts[i]);
	free(h->all);
}

void
hostkeys_read(struct hostkeys *h, const char *home)
{
	char path[HOSTS_PATH];
	struct hosts_line line;

	*h = (struct hostkeys){ 0 };
	for (unsigned i = 0; i < HOSTS_FILES; i++) {
		struct span text;

		if (hosts_path(i, home, path) < 0 || hosts_read(path, LIMIT_HOSTS_SIZE, &h->texts[i], &text.len) < 0)
			continue;
		text.p = h->texts[i];
		while (hosts_line_next(&text, &line))
			add(h, &line);
	}
	if (h->count == 0)
		return;
	qsort(h->all, h->count, sizeof(*h->all), by_hash);
	for (size_t i = 0; i + 1 < h->count; i++)
		if (by_hash(&h->all[i], &h->all[i + 1]) == 0)
			h->all[i].line.next = &h->all[i + 1].line;
}

const struct names_line *
hostkeys_find(const struct hostkeys *h, const uint8_t hash[SHA256_SIZE])
{
	size_t low = 0, high = h->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (memcmp(h->all[middle].hash, hash, SHA256_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < h->count && memcmp(h->all[low].hash, hash, SHA256_SIZE) == 0 ? &h->all[low].line : NULL;
}

void
hostkeys_name(const struct hostkeys *h, struct facts *f)
{
	const struct names_line *names =
	    f->host == HOST_PROVEN || f->host == HOST_VOUCHED ? hostkeys_find(h, f->host_hash) : NULL;

	if (names != NULL)
		f->names.plain = names;
	for (unsigned i = 0; i < f->hop_count; i++) {
		struct hop *hop = &f->hops[i];

		names = hop->named ? hostkeys_find(h, hop->hash) : NULL;
		if (names != NULL)
			hop->names.plain = names;
	}
}
