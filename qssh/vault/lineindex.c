/* SPDX-License-Identifier: ISC */
#include "vault/lineindex.h"

#include "ssh/hostport.h"

#include <errno.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The lines that one key finds. The key comes first: a pointer to a group is one to its key. */
struct lineindex_group {
	struct lineindex_key key;
	size_t *lines;
	size_t n, size;
	struct lineindex_group *next;
};

/* Lengths first: a key's text differs late, and its length is that of its type's others. */
static int
span_order(struct span a, struct span b, bool fold)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	if (a.len == 0)
		return 0;
	return fold ? strncasecmp((const char *)a.p, (const char *)b.p, a.len) : memcmp(a.p, b.p, a.len);
}

static int
key_order(const void *left, const void *right)
{
	const struct lineindex_key *a = left, *b = right;
	int r = (int)a->kind - (int)b->kind;

	if (r == 0)
		r = span_order(a->type, b->type, false);
	if (r == 0)
		r = span_order(a->key, b->key, false);
	return r == 0 ? span_order(a->name, b->name, true) : r;
}

/* The group of that key, made if need be; NULL: no memory. */
static struct lineindex_group *
group_get(struct lineindex *x, const struct lineindex_key *key)
{
	void *found = tfind(key, &x->tree, key_order);
	struct lineindex_group *g;

	if (found != NULL)
		return *(struct lineindex_group **)found;
	g = calloc(1, sizeof(*g));
	if (g == NULL)
		return NULL;
	g->key = *key;
	if (tsearch(g, &x->tree, key_order) == NULL) {
		free(g);
		return NULL;
	}
	g->next = x->groups;
	x->groups = g;
	return g;
}

/* A name that a line has twice is found once. */
static int
index_put(struct lineindex *x, struct lineindex_key key, size_t at)
{
	struct lineindex_group *g = group_get(x, &key);

	if (g == NULL)
		return -ENOMEM;
	if (g->n > 0 && g->lines[g->n - 1] == at)
		return 0;
	if (g->n == g->size) {
		size_t size = g->size == 0 ? 1 : g->size * 2;
		size_t *lines = realloc(g->lines, size * sizeof(*lines));

		if (lines == NULL)
			return -ENOMEM;
		g->lines = lines;
		g->size = size;
	}
	g->lines[g->n++] = at;
	return 0;
}

static int
index_put_both(struct lineindex *x, enum lineindex_kind kind, const struct hosts_line *line, size_t at)
{
	int r = index_put(x, (struct lineindex_key){ .kind = kind, .type = line->type }, at);

	if (r == 0)
		r = index_put(x, (struct lineindex_key){ .kind = kind, .type = line->type, .key = line->key }, at);
	return r;
}

/* Each whole name in the field; *any tells that there is one. */
static int
index_put_names(struct lineindex *x, const struct hosts_line *line, size_t at, bool *any)
{
	struct lineindex_key key = { .kind = LINEINDEX_NAME, .type = line->type };
	struct span rest = line->field;
	int r = 0;

	*any = false;
	while (r == 0 && hostport_next(&rest, &key.name)) {
		if (!hostport_is(key.name))
			continue;
		*any = true;
		r = index_put(x, key, at);
	}
	return r;
}

static bool
field_hides(struct span field)
{
	for (size_t i = 0; i < field.len; i++) {
		if (memchr("*?!|", field.p[i], 4) != NULL)
			return true;
	}
	return false;
}

int
lineindex_add(struct lineindex *x, const struct hosts_line *line, size_t at)
{
	struct lineindex_key key = { .type = line->type, .name = line->field };
	bool hides = field_hides(line->field), named;
	int r;

	if (line->mark != HOSTS_PLAIN) {
		key.kind = LINEINDEX_MARKED;
		key.key = line->key;
		return index_put(x, key, at);
	}
	r = index_put_names(x, line, at, &named);
	key.kind = LINEINDEX_NAME;
	if (r == 0 && hides)
		r = index_put(x, key, at);
	if (r == 0 && hides)
		r = index_put_both(x, LINEINDEX_HIDDEN, line, at);
	if (r == 0 && named)
		r = index_put_both(x, LINEINDEX_OPEN, line, at);
	return r;
}

struct lineindex_lines
lineindex_find(const struct lineindex *x, const struct lineindex_key *key)
{
	void *found = tfind(key, &x->tree, key_order);
	const struct lineindex_group *g = found == NULL ? NULL : *(struct lineindex_group **)found;

	return g == NULL ? (struct lineindex_lines){ NULL, 0 } : (struct lineindex_lines){ g->lines, g->n };
}

void
lineindex_free(struct lineindex *x)
{
	while (x->groups != NULL) {
		struct lineindex_group *g = x->groups;

		x->groups = g->next;
		tdelete(g, &x->tree, key_order);
		free(g->lines);
		free(g);
	}
}
