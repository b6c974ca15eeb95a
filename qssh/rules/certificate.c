/* SPDX-License-Identifier: ISC */
#include "rules/certificate.h"

#include "base/utc.h"

/* The most bytes that each untrusted part takes: see describe.c. */
#define ROOM_PRINCIPAL 72u
#define ROOM_KEY_ID 72u

/* Principals that are named; the rest are counted. */
#define PRINCIPALS_SHOWN 3u

static size_t
principals_count(struct span seq)
{
	struct span name;
	size_t n = 0;

	while (span_string(&seq, &name))
		n++;
	return n;
}

void
certificate_principals(struct text *t, const struct sshkey_cert *cert)
{
	struct span rest = cert->principals, name;
	size_t n = principals_count(rest);

	if (n == 0)
		text_add(t, cert->type == 1 ? "any user" : "any host");
	for (size_t i = 0; i < PRINCIPALS_SHOWN && span_string(&rest, &name); i++) {
		if (i > 0)
			text_add(t, i + 1 == n ? " and " : ", ");
		text_name(t, name, ROOM_PRINCIPAL);
	}
	if (n > PRINCIPALS_SHOWN) {
		text_add(t, " and ");
		text_number(t, n - PRINCIPALS_SHOWN);
		text_add(t, " more");
	}
}

static const struct unit {
	uint64_t seconds;
	const char *name;
} units[] = { { 604800, "week" }, { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };

#define UNITS (sizeof(units) / sizeof(units[0]))

/* ssh-keygen lets a certificate begin up to two minutes before it is made, which is not part of what was meant (-V). */
static uint64_t
slack(const struct unit *u)
{
	return u->seconds >= 3600 ? 120 : 0;
}

static void
amount_add(struct text *t, uint64_t n, const struct unit *u)
{
	text_number(t, n);
	text_add(t, " ");
	text_add(t, u->name);
	text_add(t, n == 1 ? "" : "s");
}

/* More than 400 of a unit say little; weeks have no greater one. */
static bool
is_whole(uint64_t seconds, const struct unit *u)
{
	return seconds >= u->seconds && seconds % u->seconds <= slack(u) && (u == units || seconds / u->seconds <= 400);
}

/* In one unit where that is exact, else in two, rounded up. seconds is not 0. */
static void
duration_add(struct text *t, uint64_t seconds)
{
	const struct unit *u = units, *next;
	uint64_t n, rest, m;

	for (size_t i = 0; i < UNITS; i++) {
		if (is_whole(seconds, &units[i])) {
			amount_add(t, seconds / units[i].seconds, &units[i]);
			return;
		}
	}
	while (seconds < u->seconds)
		u++;
	next = u + 1; /* there is one: any number of seconds under a minute is whole */
	n = seconds / u->seconds;
	rest = seconds % u->seconds;
	m = rest / next->seconds + (rest % next->seconds > slack(next) ? 1 : 0);
	if (m * next->seconds == u->seconds) {
		n++;
		m = 0;
	}
	amount_add(t, n, u);
	if (m > 0) {
		text_add(t, " ");
		amount_add(t, m, next);
	}
}

static void
two_digits_add(struct text *t, const char *before, unsigned n)
{
	text_add(t, before);
	text_add(t, n < 10 ? "0" : "");
	text_number(t, n);
}

/* 2026-12-31 00:00 */
static void
date_add(struct text *t, uint64_t when)
{
	struct utc u;

	if (utc_of(when, &u) < 0) {
		text_add(t, "after the year 9999");
		return;
	}
	text_number(t, u.year);
	two_digits_add(t, "-", u.month);
	two_digits_add(t, "-", u.day);
	two_digits_add(t, " ", u.hour);
	two_digits_add(t, ":", u.minute);
}

void
certificate_validity(struct text *t, const struct sshkey_cert *c)
{
	if (c->valid_before <= c->valid_after) {
		text_add(t, "never valid");
	} else if (c->valid_before >= UTC_END) {
		text_add(t, "valid for ever");
	} else if (c->valid_after == 0) {
		text_add(t, "valid until ");
		date_add(t, c->valid_before);
		text_add(t, " UTC");
	} else {
		text_add(t, "valid ");
		duration_add(t, c->valid_before - c->valid_after);
	}
}

static void
dates_add(struct text *t, const struct sshkey_cert *c)
{
	text_add(t, "from ");
	date_add(t, c->valid_after);
	if (c->valid_before < UTC_END) {
		text_add(t, " to ");
		date_add(t, c->valid_before);
	}
	text_add(t, " UTC");
}

static bool
has_dates(const struct sshkey_cert *c)
{
	return c->valid_before > c->valid_after && c->valid_after != 0;
}

void
certificate_dates(struct text *t, const struct sshkey_cert *c)
{
	if (!has_dates(c))
		return;
	text_add(t, " (");
	dates_add(t, c);
	text_add(t, ")");
}

void
certificate_details(struct text *t, const struct sshkey_cert *c)
{
	if (c->id.len == 0) {
		certificate_dates(t, c);
		return;
	}
	text_add(t, " (key id ");
	text_name_quoted(t, c->id, ROOM_KEY_ID);
	if (has_dates(c)) {
		text_add(t, ", ");
		dates_add(t, c);
	}
	text_add(t, ")");
}
