/* SPDX-License-Identifier: ISC */
#include "store/throttle.h"

#include "base/sha256.h"
#include "store/statefile.h"

#include <string.h>

/* Beyond a client's name, which begins with a letter. */
#define ONCE_NAME ".once"

/* One client's file. */
struct flood {
	int64_t last; /* refusal */
	int64_t due; /* somebody tells the number then; 0: nobody */
	int64_t wait; /* the next one */
	uint32_t single; /* shown one by one */
	uint32_t held; /* counted */
};

struct once {
	int64_t time;
	uint8_t hash[SHA256_SIZE];
};

/* After a calm, or where the times can't be: as if nothing had been. What somebody has still to tell is kept. */
static void
begin_afresh(struct flood *f, int64_t now)
{
	if (f->last <= now && now - f->last < FLOOD_CALM_MS && f->wait >= FLOOD_WAIT_MS && f->wait <= FLOOD_WAIT_MAX_MS)
		return;
	f->single = 0;
	f->wait = FLOOD_WAIT_MS;
}

bool
flood_take(int dir, const char *client, uint32_t count, int64_t now, int64_t *due)
{
	struct flood f;
	int fd = statefile_open(dir, client, &f, sizeof(f));
	bool show;

	*due = 0;
	if (fd < 0)
		return false;
	begin_afresh(&f, now);
	f.last = now;
	show = f.single < FLOOD_SINGLE;
	f.single += show;
	f.held += count - show;
	/* Whoever had taken it on may have been killed. */
	if (f.held > 0 && (f.due == 0 || f.due > now + FLOOD_WAIT_MAX_MS || f.due + FLOOD_WAIT_MS < now))
		*due = f.due = now + f.wait;
	(void)statefile_save(fd, &f, sizeof(f));
	return show;
}

unsigned
flood_collect(int dir, const char *client, int64_t now)
{
	struct flood f;
	int fd = statefile_open(dir, client, &f, sizeof(f));
	unsigned held;

	if (fd < 0)
		return 0;
	begin_afresh(&f, now);
	held = f.held;
	f.held = 0;
	f.due = 0;
	f.wait = f.wait * 2 < FLOOD_WAIT_MAX_MS ? f.wait * 2 : FLOOD_WAIT_MAX_MS;
	(void)statefile_save(fd, &f, sizeof(f));
	return held;
}

static void
hash_words(const char *words, uint8_t out[SHA256_SIZE])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_add(&h, words, strlen(words));
	sha256_end(&h, out);
}

/* The entry of these words, else the oldest one. */
static struct once *
find_once(struct once *all, const uint8_t hash[SHA256_SIZE])
{
	struct once *oldest = &all[0];

	for (size_t i = 0; i < FLOOD_ONCE_MAX; i++) {
		if (memcmp(all[i].hash, hash, SHA256_SIZE) == 0)
			return &all[i];
		if (all[i].time < oldest->time)
			oldest = &all[i];
	}
	return oldest;
}

bool
flood_once(int dir, const char *words, int64_t now)
{
	struct once all[FLOOD_ONCE_MAX], *entry;
	uint8_t hash[SHA256_SIZE];
	int fd = statefile_open(dir, ONCE_NAME, all, sizeof(all));
	bool fresh;

	if (fd < 0)
		return false;
	hash_words(words, hash);
	entry = find_once(all, hash);
	fresh = memcmp(entry->hash, hash, SHA256_SIZE) != 0 || entry->time > now || now - entry->time >= FLOOD_ONCE_MS;
	if (fresh) {
		memcpy(entry->hash, hash, SHA256_SIZE);
		entry->time = now;
	}
	(void)statefile_save(fd, all, sizeof(all));
	return fresh;
}
