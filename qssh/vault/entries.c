/* SPDX-License-Identifier: ISC */
#include "vault/entries.h"

#include "store/recordline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of a connection: enough that two are hardly ever the same. */
#define NAME_DIGITS 6u

#define TIME_LEN 24u /* 2026-01-01T00:00:00.000Z */

static int64_t
time_of(struct span line)
{
	struct tm tm = { 0 };
	struct span value;
	char text[TIME_LEN + 1];

	if (!recordline_get(line, "time", &value) || value.len != TIME_LEN)
		return 0;
	memcpy(text, value.p, TIME_LEN);
	text[TIME_LEN] = '\0';
	if (strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
		return 0;
	return (int64_t)timegm(&tm) * 1000 + strtol(text + 20, NULL, 10);
}

uint8_t *
entries_keep(struct entries *e, size_t len)
{
	uint8_t *text = blocks_alloc(&e->texts, len + 1);

	if (text == NULL)
		abort();
	text[len] = '\0';
	return text;
}

void
entries_add(struct entries *e, struct span line)
{
	struct entry n = { .line = line, .time = time_of(line), .number = e->count };
	struct span seq;

	(void)recordline_get(line, "conn", &n.conn);
	if (recordline_get(line, "seq", &seq))
		n.seq = strtoul((const char *)seq.p, NULL, 10); /* it ends in a space or newline */
	if (e->count == e->room) {
		e->room = e->room == 0 ? 1024 : e->room * 2;
		e->all = realloc(e->all, e->room * sizeof(*e->all));
		if (e->all == NULL)
			abort();
	}
	e->all[e->count++] = n;
}

void
entries_clear(struct entries *e)
{
	blocks_free(&e->texts);
	e->count = 0;
}

static int
by_conn(const struct entry *x, const struct entry *y)
{
	size_t len = x->conn.len < y->conn.len ? x->conn.len : y->conn.len;
	int order = len == 0 ? 0 : memcmp(x->conn.p, y->conn.p, len);

	if (order == 0 && x->conn.len != y->conn.len)
		order = x->conn.len < y->conn.len ? -1 : 1;
	if (order == 0 && x->seq != y->seq)
		order = x->seq < y->seq ? -1 : 1;
	return order != 0 ? order : x->number < y->number ? -1 : x->number > y->number;
}

static int
compare_conn(const void *a, const void *b)
{
	return by_conn(a, b);
}

static int
compare_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->time != y->time ? (x->time < y->time ? -1 : 1) : by_conn(x, y);
}

static int
compare_block(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->block != y->block ? (x->block < y->block ? -1 : 1) : by_conn(x, y);
}

static bool
same_conn(const struct entry *a, const struct entry *b)
{
	return a->conn.len > 0 && span_eq(a->conn, b->conn);
}

bool
entries_follow(const struct entry *a, const struct entry *b)
{
	return same_conn(a, b) && b->seq == a->seq + 1;
}

void
entries_name(const struct entry *e, char name[ENTRIES_NAME])
{
	name[0] = '\0';
	if (e->conn.len >= NAME_DIGITS && recordline_is(e->line, "event", "sign"))
		snprintf(name, ENTRIES_NAME, "%.*s.%lu", (int)NAME_DIGITS, (const char *)e->conn.p, e->seq);
}

const struct entry *
entries_find(const struct entries *e, const char *name, const char *client, size_t *count)
{
	size_t digits = strcspn(name, ".");
	const struct entry *found = NULL;
	char own[ENTRIES_NAME];

	*count = 0;
	for (size_t i = 0; digits >= NAME_DIGITS && i < e->count; i++) {
		const struct entry *at = &e->all[i];

		entries_name(at, own);
		if (own[0] == '\0' || at->conn.len < digits || memcmp(at->conn.p, name, digits) != 0 ||
		    strcmp(name + digits, own + NAME_DIGITS) != 0 ||
		    (client != NULL && !recordline_is(at->line, "client", client)))
			continue;
		found = at;
		++*count;
	}
	return found;
}

void
entries_sort(struct entries *e, bool together)
{
	if (e->count == 0)
		return;
	qsort(e->all, e->count, sizeof(*e->all), compare_conn);
	for (size_t i = 0; i < e->count; i++) {
		struct entry *at = &e->all[i], *before = i == 0 ? NULL : at - 1;
		bool goes_on = before != NULL && same_conn(before, at);

		if (goes_on && at->time < before->time)
			at->time = before->time;
		at->block = goes_on && at->time - before->time <= ENTRIES_APART_MS ? before->block : at->time;
	}
	qsort(e->all, e->count, sizeof(*e->all), together ? compare_block : compare_time);
}

void
entries_free(struct entries *e)
{
	entries_clear(e);
	free(e->files);
	free(e->all);
	*e = (struct entries){ 0 };
}
