/* SPDX-License-Identifier: ISC */
#include "rules/rules.h"

#include <errno.h>
#include <string.h>

/* FNV-1a: the rules are their owner's, who gains nothing by collisions. */
static size_t
named_hash(struct span name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ name.p[i]) * 16777619u;
	return h % (2 * LIMIT_RULES_NAMED);
}

const struct rules_named *
rules_find(const struct rules *r, enum rules_kind kind, struct span name)
{
	size_t at = named_hash(name);

	if (r->named_count == 0)
		return NULL;
	for (; r->slots[at] != 0; at = (at + 1) % (2 * LIMIT_RULES_NAMED)) {
		const struct rules_named *n = &r->named[r->slots[at] - 1];

		if (n->kind == kind && span_eq(n->name, name))
			return n;
	}
	return NULL;
}

/* Half of the slots stay free, so a search ends. */
int
rules_add(struct rules *r, const struct rules_named *n)
{
	size_t at = named_hash(n->name);

	if (r->named_count == LIMIT_RULES_NAMED)
		return -E2BIG;
	while (r->slots[at] != 0)
		at = (at + 1) % (2 * LIMIT_RULES_NAMED);
	r->named[r->named_count++] = *n;
	r->slots[at] = (uint16_t)r->named_count;
	return 0;
}

/* All that is kept was longer in the text, which kept is as large as. */
struct span
rules_keep(struct rules *r, const struct word *w)
{
	struct span s = { r->kept + r->kept_len, w->text.len };

	if (!w->escaped)
		return w->text;
	memcpy(r->kept + r->kept_len, w->text.p, w->text.len);
	r->kept_len += w->text.len;
	return s;
}

struct span
rules_agent(const struct rules *r, struct span name)
{
	const struct rules_named *n = rules_find(r, RULES_AGENT, name);

	return n != NULL ? n->path : (struct span){ NULL, 0 };
}

enum rules_asker
rules_asker(const struct rules *r)
{
	return r->asker;
}

enum rules_notify
rules_notify(const struct rules *r)
{
	return r->notify;
}

bool
rules_is_name(struct span s)
{
	if (s.len == 0 || s.len > LIMIT_NAME)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];
		bool inner = c == '.' || c == '+' || c == '-';

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' &&
		    (!inner || i == 0))
			return false;
	}
	return true;
}
