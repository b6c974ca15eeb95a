/* SPDX-License-Identifier: ISC */
#include "ssh/hostnames.h"

#include "base/base64.h"
#include "base/glob.h"
#include "base/sha1.h"
#include "ssh/agentmsg.h"
#include "ssh/hostport.h"

#include <string.h>

/*
 * A host's name, without its NUL: NI_MAXHOST, OpenSSH's own bound.
 * A longer one cannot be dialled, so it names nothing.
 */
#define NAME_HOST 1024u
#define NAME_SIZE (NAME_HOST + sizeof("[]:65535"))

/* What a line costs to compare with a name, in steps of a glob: an HMAC of SHA-1, or a list. */
#define WORK_HASHED 2000u
#define WORK_LINE 10u

/* What ssh looks up: the host in lower case, for any port but 22 as [host]:port. */
struct dialled {
	struct span host;
	struct span name; /* host with the port */
	uint8_t buf[NAME_SIZE];
};

static bool
span_same(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (glob_lower(a.p[i]) != glob_lower(b.p[i]))
			return false;
	}
	return true;
}

/* False where no ssh could dial it. */
static bool
dialled_set(struct dialled *d, struct span host, uint16_t port)
{
	char digits[5];
	size_t n = 0, at = 0;

	if (host.len == 0 || host.len > NAME_HOST || port == 0)
		return false;
	if (port != 22)
		d->buf[at++] = '[';
	d->host = (struct span){ d->buf + at, host.len };
	for (size_t i = 0; i < host.len; i++)
		d->buf[at++] = glob_lower(host.p[i]);
	if (port != 22) {
		d->buf[at++] = ']';
		d->buf[at++] = ':';
		for (unsigned rest = port; rest > 0; rest /= 10)
			digits[n++] = (char)('0' + rest % 10);
		while (n > 0)
			d->buf[at++] = (uint8_t)digits[--n];
	}
	d->name = (struct span){ d->buf, at };
	return true;
}

/* One entry of a line's host field. */
struct entry {
	struct span text; /* without its ! */
	bool negated;
};

static bool
entry_next(struct span *field, struct entry *e)
{
	if (field->len == 0)
		return false;
	e->text = span_cut(field, ',');
	e->negated = span_starts(e->text, "!");
	if (e->negated) {
		e->text.p++;
		e->text.len--;
	}
	return true;
}

/* A name in full: neither pattern nor negated. */
static bool
entry_is_name(const struct entry *e)
{
	return !e->negated && e->text.len > 0 && !span_has(e->text, '*') && !span_has(e->text, '?');
}

/* OpenSSH's match of a list: a negated entry that matches refuses, wherever it stands; else one entry must match. */
static bool
list_matches(struct span field, struct span name)
{
	struct entry e;
	bool found = false;

	while (entry_next(&field, &e)) {
		if (!glob_match(e.text, name, true))
			continue;
		if (e.negated)
			return false;
		found = true;
	}
	return found;
}

static bool
field_is_hashed(struct span field)
{
	return field.len > 0 && field.p[0] == '|';
}

/* |1|SALT|HASH: both in base64, both as long as SHA-1 is. */
static bool
field_unhash(struct span field, uint8_t salt[SHA1_SIZE], uint8_t hash[SHA1_SIZE])
{
	const uint8_t *bar;
	struct span rest, part;
	size_t len;

	if (!span_starts(field, "|1|"))
		return false;
	rest = (struct span){ field.p + 3, field.len - 3 };
	bar = span_find(rest, '|');
	if (bar == NULL)
		return false;
	part = (struct span){ rest.p, (size_t)(bar - rest.p) };
	if (base64_decode(part, salt, SHA1_SIZE, &len) != 0 || len != SHA1_SIZE)
		return false;
	part = (struct span){ bar + 1, rest.len - part.len - 1 };
	return base64_decode(part, hash, SHA1_SIZE, &len) == 0 && len == SHA1_SIZE;
}

static bool
field_matches(struct span field, struct span name)
{
	uint8_t salt[SHA1_SIZE], hash[SHA1_SIZE], mac[SHA1_SIZE];

	if (!field_is_hashed(field))
		return list_matches(field, name);
	if (!field_unhash(field, salt, hash))
		return false;
	sha1_hmac(salt, sizeof(salt), name.p, name.len, mac);
	return memcmp(mac, hash, sizeof(mac)) == 0;
}

/* The next name in full that the field does not itself negate. */
static bool
field_next_name(struct span field, struct span *at, struct span *name)
{
	struct entry e;

	while (entry_next(at, &e)) {
		if (!entry_is_name(&e) || (span_has(field, '!') && !list_matches(field, e.text)))
			continue;
		*name = e.text;
		return true;
	}
	return false;
}

/* The field holds a name at all, rather than wildcards alone, which say nothing of whose key this is. */
static bool
field_names(struct span field)
{
	uint8_t salt[SHA1_SIZE], hash[SHA1_SIZE];
	struct span at = field, name, host;
	uint16_t port;

	if (field_is_hashed(field))
		return field_unhash(field, salt, hash);
	while (field_next_name(field, &at, &name)) {
		if (hostport_split_known(name, &host, &port))
			return true;
	}
	return false;
}

/* The next principal that can be a host's name. */
static bool
principal_next(struct span *principals, struct span *host)
{
	while (span_string(principals, host)) {
		struct entry e = { *host, false };

		if (entry_is_name(&e) && host->len <= NAME_HOST)
			return true;
	}
	return false;
}

static bool
authority_matches(const struct names *n, const struct dialled *d)
{
	for (const struct names_line *l = n->authority; l != NULL; l = l->next) {
		if (field_matches(l->field, d->name))
			return true;
	}
	return false;
}

bool
names_has(const struct names *n, struct span host, uint16_t port)
{
	struct span principals = n->principals, principal;
	struct dialled d;

	if (!dialled_set(&d, host, port))
		return false;
	for (const struct names_line *l = n->plain; l != NULL; l = l->next) {
		if (field_names(l->field) && field_matches(l->field, d.name))
			return true;
	}
	while (principal_next(&principals, &principal)) {
		if (span_same(principal, host))
			return authority_matches(n, &d);
	}
	return false;
}

static bool
field_like(struct span field, struct span pattern, uint16_t port)
{
	struct span at = field, name, host;
	uint16_t its;

	if (field_is_hashed(field))
		return false;
	while (field_next_name(field, &at, &name)) {
		if (hostport_split_known(name, &host, &its) && its == port && glob_match(pattern, host, true))
			return true;
	}
	return false;
}

bool
names_like(const struct names *n, struct span pattern, uint16_t port)
{
	struct span principals = n->principals, host;
	struct dialled d;

	for (const struct names_line *l = n->plain; l != NULL; l = l->next) {
		if (field_like(l->field, pattern, port))
			return true;
	}
	while (principal_next(&principals, &host)) {
		if (glob_match(pattern, host, true) && dialled_set(&d, host, port) && authority_matches(n, &d))
			return true;
	}
	return false;
}

/* The entry could match [host]:N for some N: its ends allow it, and so does what stands before its port. */
static bool
entry_takes_port(const struct entry *e, const struct dialled *with_port)
{
	const uint8_t *end;
	uint8_t last;

	if (e->negated || e->text.len == 0 || memchr("[*?", e->text.p[0], 3) == NULL)
		return false;
	last = e->text.p[e->text.len - 1];
	if (last != '*' && last != '?' && (last < '0' || last > '9'))
		return false;
	end = memrchr(e->text.p, ']', e->text.len);
	if (end == NULL)
		return true;
	return glob_match((struct span){ e->text.p, (size_t)(end - e->text.p) },
	    (struct span){ with_port->name.p, with_port->host.len + 1 }, true);
}

/*
 * The line matches the host on some port.
 * Every port is tried, since a pattern may stand where a port does, but only for an entry that could match one at
 * all; nearly all such are [PATTERN]:* and match the first.
 * Hashed lines are tried on port 22 alone.
 */
static bool
authority_names(struct span field, struct span host)
{
	struct span at = field;
	struct dialled d;
	struct entry e;
	bool any = false;

	if (!dialled_set(&d, host, 22))
		return false;
	if (field_matches(field, d.name))
		return true;
	if (field_is_hashed(field) || !dialled_set(&d, host, 1))
		return false;
	while (!any && entry_next(&at, &e))
		any = entry_takes_port(&e, &d);
	for (uint32_t port = 1; any && port <= UINT16_MAX; port++) {
		if (dialled_set(&d, host, (uint16_t)port) && list_matches(field, d.name))
			return true;
	}
	return false;
}

/* The first principal that is a name here; the empty span: none. */
static struct span
principal_named(const struct names *n)
{
	struct span principals = n->principals, host;

	while (principal_next(&principals, &host)) {
		for (const struct names_line *l = n->authority; l != NULL; l = l->next) {
			if (authority_names(l->field, host))
				return host;
		}
	}
	return (struct span){ NULL, 0 };
}

static uint64_t
lines_work(const struct names_line *l)
{
	uint64_t work = 0;

	for (; l != NULL; l = l->next)
		work += field_is_hashed(l->field) ? WORK_HASHED : WORK_LINE + l->field.len;
	return work;
}

uint64_t
names_work(const struct names *n)
{
	struct span principals = n->principals, host;
	uint64_t authority = lines_work(n->authority), work = lines_work(n->plain) + authority;

	while (n->authority != NULL && principal_next(&principals, &host))
		work += authority;
	return work;
}

bool
names_any(const struct names *n)
{
	for (const struct names_line *l = n->plain; l != NULL; l = l->next) {
		if (field_names(l->field))
			return true;
	}
	return principal_named(n).len > 0;
}

bool
names_hashed(const struct names *n)
{
	for (const struct names_line *l = n->plain; l != NULL; l = l->next) {
		if (field_is_hashed(l->field) && field_names(l->field))
			return true;
	}
	return false;
}

struct span
names_shown(const struct names *n)
{
	for (const struct names_line *l = n->plain; l != NULL; l = l->next) {
		struct span at = l->field, name, host;
		uint16_t port;

		while (!field_is_hashed(l->field) && field_next_name(l->field, &at, &name)) {
			if (hostport_split_known(name, &host, &port))
				return name;
		}
	}
	return principal_named(n);
}
