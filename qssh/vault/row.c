/* SPDX-License-Identifier: ISC */
#include "vault/row.h"

#include "base/limits.h"
#include "base/text.h"
#include "store/recordline.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define TIME_SIZE sizeof("2026-01-01T00:00:00")

/* Where our own mark of a cut stands: as it is, since whatever is another's is escaped. */
static size_t
find_mark(struct span word)
{
	const uint8_t *at = memmem(word.p, word.len, "…", strlen("…"));

	return at == NULL ? word.len : (size_t)(at - word.p);
}

/* A value for a person: the bytes that it stands for, made inert again. */
static void
add_value(struct text *t, struct span word)
{
	uint8_t bytes[LIMIT_RECORD_LINE] = { 0 };
	size_t len;

	if (word.len > sizeof(bytes))
		return;
	for (; word.len > 0; word.p += len, word.len -= len) {
		len = find_mark(word);
		text_untrusted(t, (struct span){ bytes, recordline_decode((struct span){ word.p, len }, bytes) },
		    LIMIT_RECORD_LINE);
		if (len == word.len)
			return;
		text_add(t, "…");
		len += strlen("…");
	}
}

static bool
add_member(struct text *t, struct span line, const char *before, const char *key, const char *after)
{
	struct span value;

	if (!recordline_get(line, key, &value) || span_is(value, "-"))
		return false;
	text_add(t, before);
	add_value(t, value);
	text_add(t, after);
	return true;
}

/* In the person's own time. */
static void
add_time(struct text *t, struct span line)
{
	struct tm utc = { 0 }, local;
	char when[TIME_SIZE], out[32];
	struct span value;
	time_t seconds;

	if (!recordline_get(line, "time", &value) || value.len < TIME_SIZE - 1)
		return;
	memcpy(when, value.p, TIME_SIZE - 1);
	when[TIME_SIZE - 1] = '\0';
	if (strptime(when, "%Y-%m-%dT%H:%M:%S", &utc) == NULL)
		return;
	seconds = timegm(&utc);
	strftime(out, sizeof(out), "%Y-%m-%d %H:%M:%S", localtime_r(&seconds, &local));
	text_add(t, out);
}

static void
pad(struct text *t, size_t column)
{
	do
		text_add(t, " ");
	while (t->len < column && !t->cut);
}

static void
add_login(struct text *t, struct span line)
{
	text_add(t, "log in");
	add_member(t, line, " as ", "user", "");
	add_member(t, line, ", written \"", "written", "\",");
	if (recordline_is(line, "host", "vouched")) {
		if (!add_member(t, line, " (", "voucher", " vouches for the session)"))
			add_member(t, line, " (a host with a hashed name, ", "hostkey", ", vouches for the session)");
		return;
	}
	if (recordline_is(line, "host", "unknown"))
		text_add(t, " to an unknown host");
	else if (recordline_is(line, "host", "unnamed"))
		add_member(t, line, " to a host without a name, ", "hostkey", "");
	else if (!add_member(t, line, " to ", "to", ""))
		add_member(t, line, " to a host with a hashed name, ", "hostkey", "");
}

static void
add_sign(struct text *t, struct span line)
{
	if (recordline_is(line, "purpose", "login"))
		add_login(t, line);
	else if (!add_member(t, line, "sign: ", "purpose", ""))
		text_add(t, "sign");
	if (!add_member(t, line, ", by way of ", "via", "") && recordline_is(line, "forwarded", "yes"))
		text_add(t, ", over a forwarded agent");
	add_member(t, line, " for ", "principals", "");
	add_member(t, line, ", key id \"", "keyid", "\"");
	if (!add_member(t, line, ", key \"", "comment", "\""))
		add_member(t, line, ", key ", "key", "");
	add_member(t, line, ", rule ", "rule", "");
	add_member(t, line, ": ", "reason", "");
}

/* What is in the record and is not a line of qssh's. */
static void
add_damage(struct text *t, struct span line)
{
	if (add_member(t, line, "", "file", ": "))
		add_member(t, line, "", "reason", "");
	else if (recordline_is(line, "count", "1"))
		add_member(t, line, "a line that qssh did not write: \"", "line", "\"");
	else if (add_member(t, line, "", "count", " lines that qssh did not write, the first: \""))
		add_member(t, line, "", "line", "\"");
}

static const char *
verdict_word(struct span line)
{
	if (recordline_is(line, "event", "damaged"))
		return "damaged";
	if (recordline_is(line, "event", "outcome"))
		return recordline_is(line, "outcome", "signed") ? "signed" : "failed";
	if (recordline_is(line, "event", "sign"))
		return recordline_is(line, "verdict", "allow") ? "allowed" : "refused";
	return recordline_is(line, "verdict", "refused") ? "refused" : "";
}

static void
add_event(struct text *t, struct span line)
{
	if (recordline_is(line, "event", "sign")) {
		add_sign(t, line);
	} else if (recordline_is(line, "event", "outcome")) {
		add_member(t, line, "with ", "key", "");
		if (!recordline_is(line, "outcome", "signed"))
			add_member(t, line, ": ", "outcome", "");
	} else if (recordline_is(line, "event", "damaged")) {
		add_damage(t, line);
	} else if (recordline_is(line, "event", "repeated")) {
		add_member(t, line, "the same ", "count", " times more");
	} else if (recordline_is(line, "event", "more")) {
		add_member(t, line, "", "count", " more requests, not recorded one by one");
	} else {
		add_member(t, line, "", "event", "");
		if (!recordline_is(line, "verdict", "refused"))
			add_member(t, line, ", ", "verdict", "");
		add_member(t, line, ": ", "reason", "");
	}
}

/* The client and the time, where the line above does not stand for both. */
static void
add_head(struct text *t, struct span line, bool goes_on)
{
	if (!goes_on) {
		add_time(t, line);
		pad(t, 21);
		add_member(t, line, "", "client", "");
		add_member(t, line, " +", "arg", "");
	}
	pad(t, 36);
}

void
row_print(struct span line, struct span outcome, bool goes_on)
{
	char buf[2 * LIMIT_RECORD_LINE];
	struct text t;

	text_open(&t, buf, sizeof(buf));
	add_head(&t, line, goes_on);
	text_add(&t, verdict_word(outcome.len > 0 ? outcome : line));
	pad(&t, 45);
	add_event(&t, line);
	if (outcome.len > 0 && !recordline_is(outcome, "outcome", "signed"))
		add_member(&t, outcome, ": ", "outcome", "");
	puts(text_str(&t));
}
