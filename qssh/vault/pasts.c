/* SPDX-License-Identifier: ISC */
#include "vault/pasts.h"

#include "store/recordline.h"

#include <stdlib.h>

#define MINUTE_MS (60 * 1000)
#define RATE_END 1001u

/* A connection's signatures without a question so far. */
struct conn {
	struct span name;
	unsigned silent;
};

/* One of them, whoever's. */
struct silent {
	struct span client;
	int64_t time;
};

struct reading {
	struct pasts *p;
	struct conn *conns; /* a hash table, half empty at least */
	size_t conns_count;
	struct silent *silent;
	size_t silent_count;
};

static size_t
hash_bytes(size_t h, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ s.p[i]) * 1099511628211u;
	return (h ^ 0xff) * 1099511628211u;
}

static size_t
hash_past(const struct past *p, enum past_result result)
{
	size_t h = 14695981039346656037u ^ (size_t)result;

	for (unsigned i = 0; i < PAST_WORDS; i++)
		h = hash_bytes(h, p->word[i]);
	return h;
}

static bool
is_same(const struct past *a, const struct past *b)
{
	for (unsigned i = 0; i < PAST_WORDS; i++)
		if (!span_eq(a->word[i], b->word[i]))
			return false;
	return true;
}

/* The slot of it, or the empty one where it would be. */
static size_t
find_slot(const struct pasts *p, const struct past *like, enum past_result result)
{
	size_t at = hash_past(like, result) & (p->slots_count - 1);

	for (; p->slots[at] != 0; at = (at + 1) & (p->slots_count - 1)) {
		const struct past *there = &p->all[p->slots[at] - 1];

		if (there->result == result && is_same(there, like))
			break;
	}
	return at;
}

const struct past *
pasts_find(const struct pasts *p, const struct past *like, enum past_result result)
{
	size_t at = find_slot(p, like, result);

	return p->slots[at] == 0 ? NULL : &p->all[p->slots[at] - 1];
}

static unsigned
count_conn(struct reading *r, struct span name)
{
	size_t at = hash_bytes(0, name) & (r->conns_count - 1);

	if (name.len == 0)
		return 1;
	while (r->conns[at].name.len > 0 && !span_eq(r->conns[at].name, name))
		at = (at + 1) & (r->conns_count - 1);
	r->conns[at].name = name;
	return ++r->conns[at].silent;
}

static unsigned
count_minute(struct reading *r, struct span client, int64_t time)
{
	unsigned n = 1;

	for (size_t i = r->silent_count; i-- > 0 && n < RATE_END && r->silent[i].time > time - MINUTE_MS;)
		n += span_eq(r->silent[i].client, client);
	r->silent[r->silent_count++] = (struct silent){ client, time };
	return n;
}

static void
add(struct reading *r, const struct entry *e, struct past *found)
{
	struct pasts *p = r->p;
	size_t at = find_slot(p, found, found->result);
	struct past *to;

	if (found->result == PAST_ALLOWED) {
		found->uses = count_conn(r, e->conn);
		found->rate = count_minute(r, found->word[PAST_CLIENT], e->time);
	}
	if (p->slots[at] == 0) {
		found->count = 0;
		p->all[p->count++] = *found;
		p->slots[at] = p->count;
	}
	to = &p->all[p->slots[at] - 1];
	to->count++;
	to->last = e->time;
	to->reason = found->reason;
	to->comment = found->comment;
	to->uses = found->uses > to->uses ? found->uses : to->uses;
	to->rate = found->rate > to->rate ? found->rate : to->rate;
}

static void *
allocate(size_t count, size_t size)
{
	void *p = calloc(count + 1, size);

	if (p == NULL)
		abort();
	return p;
}

/* A signature, or what may have been one. */
static bool
is_asked_for(struct span line)
{
	return recordline_is(line, "event", "sign") || recordline_is(line, "event", "damaged");
}

void
pasts_read(struct pasts *p, const struct entries *e, const char *client, int64_t since)
{
	struct reading r = { .p = p };
	size_t room = 2;

	while (room < 2 * e->count + 2)
		room *= 2;
	*p = (struct pasts){ .slots_count = room };
	p->all = allocate(e->count, sizeof(*p->all));
	p->slots = allocate(room, sizeof(*p->slots));
	r.conns_count = room;
	r.conns = allocate(room, sizeof(*r.conns));
	r.silent = allocate(e->count, sizeof(*r.silent));
	for (size_t i = 0; i < e->count; i++) {
		struct past found;

		if (e->all[i].time < since || !is_asked_for(e->all[i].line) ||
		    (client != NULL && !recordline_is(e->all[i].line, "client", client)))
			continue;
		if (!past_of(&found, e->all[i].line)) {
			p->unusable++;
			continue;
		}
		add(&r, &e->all[i], &found);
	}
	free(r.conns);
	free(r.silent);
}

void
pasts_free(struct pasts *p)
{
	free(p->all);
	free(p->slots);
	*p = (struct pasts){ 0 };
}
