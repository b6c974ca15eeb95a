/* SPDX-License-Identifier: ISC */
#include "vault/damage.h"

#include "base/limits.h"
#include "base/text.h"
#include "store/recordline.h"

#include <string.h>

/* More words than any line has. */
#define WORDS_MAX 32u

/* Of the first line that is damaged, in characters: enough to tell what it may have been. */
#define SHOWN_MAX 160u

static bool
is_time(struct span s)
{
	static const char form[] = "0000-00-00T00:00:00.000Z";

	if (s.len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (form[i] == '0' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != (uint8_t)form[i])
			return false;
	return true;
}

static bool
is_key(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < 'a' || s.p[i] > 'z')
			return false;
	return s.len > 0;
}

/* All else is escaped where a line is written. */
static bool
is_inert(struct span s)
{
	static const char mark[] = "…";

	while (s.len > 0) {
		size_t len = s.p[0] >= 0x20 && s.p[0] <= 0x7e ? 1 : span_starts(s, mark) ? strlen(mark) : 0;

		if (len == 0)
			return false;
		s.p += len;
		s.len -= len;
	}
	return true;
}

/* Each is key=value, and no key is there twice: readers take the first, or the last. */
static bool
are_words(struct span line)
{
	struct span keys[WORDS_MAX], value;

	for (unsigned count = 0; recordline_next(&line, &keys[count], &value); count++) {
		if (!is_key(keys[count]) || count == WORDS_MAX - 1)
			return false;
		for (unsigned i = 0; i < count; i++)
			if (span_eq(keys[i], keys[count]))
				return false;
	}
	return true;
}

static bool
is_of(struct span line, const char *client)
{
	struct span value;

	if (!recordline_get(line, "client", &value) || value.len == 0)
		return false;
	return client == NULL || span_is(value, client);
}

bool
damage_is(struct span untrusted_line, const char *client)
{
	struct span rest = untrusted_line, key, value;

	if (untrusted_line.len >= LIMIT_RECORD_LINE || !is_inert(untrusted_line) || !are_words(untrusted_line))
		return true;
	if (!recordline_next(&rest, &key, &value) || !span_is(key, "time"))
		return true;
	if (span_is(value, "-")) /* of a file that is about to go (recordfile_end()) */
		return !recordline_is(rest, "event", "closed") || recordline_get(rest, "client", &value);
	if (!is_time(value))
		return true;
	return !recordline_get(rest, "event", &value) || value.len == 0 || !is_of(rest, client);
}

void
damage_time(char out[DAMAGE_TIME], struct span line)
{
	struct span value;

	if (!recordline_get(line, "time", &value) || !is_time(value))
		return;
	memcpy(out, value.p, DAMAGE_TIME - 1);
	out[DAMAGE_TIME - 1] = '\0';
}

static void
begin(struct text *t, char out[DAMAGE_SIZE], const char *client, const char *time)
{
	text_open(t, out, DAMAGE_SIZE);
	text_add(t, "time=");
	text_add(t, time);
	text_add(t, " client=");
	text_add(t, client);
	text_add(t, " event=damaged");
}

size_t
damage_lines(
    char out[DAMAGE_SIZE], const char *client, const char *time, unsigned long count, struct span untrusted_first)
{
	struct text t;
	size_t max = SHOWN_MAX;

	do {
		begin(&t, out, client, time);
		text_add(&t, " count=");
		text_number(&t, count);
		text_add(&t, " line=");
		text_word(&t, untrusted_first, max);
	} while (t.cut && max-- > 0);
	return t.len;
}

size_t
damage_file(char out[DAMAGE_SIZE], const char *client, const char *file, const char *why)
{
	struct text t;

	begin(&t, out, client, DAMAGE_NO_TIME);
	text_add(&t, " file=");
	text_add(&t, file);
	text_add(&t, " reason=");
	text_word(&t, span_of(why), SHOWN_MAX);
	return t.len;
}
