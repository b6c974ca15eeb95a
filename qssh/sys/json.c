/* SPDX-License-Identifier: ISC */
#include "sys/json.h"

#include "base/text.h"
#include "base/utf8.h"

#include <stdint.h>

static void
begin(struct json *j, const char *name)
{
	if (j->comma)
		fputc(',', j->to);
	j->comma = true;
	if (name != NULL)
		fprintf(j->to, "\"%s\":", name);
}

void
json_open(struct json *j, const char *name, char bracket)
{
	begin(j, name);
	fputc(bracket, j->to);
	j->comma = false;
}

void
json_close(struct json *j, char bracket)
{
	fputc(bracket, j->to);
	j->comma = true;
}

void
json_line(struct json *j)
{
	fputc('\n', j->to);
	j->comma = false;
}

/* UTF-16's units, as JSON has them. */
static void
put_code(struct json *j, struct span character)
{
	uint32_t c = 0xfffd;

	(void)utf8_decode(character, &c);
	if (c > 0xffff)
		fprintf(j->to, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
	else
		fprintf(j->to, "\\u%04x", c);
}

void
json_bytes(struct json *j, const char *name, struct span untrusted)
{
	begin(j, name);
	fputc('"', j->to);
	while (untrusted.len > 0) {
		size_t len = utf8_len(untrusted);

		if (len == 0)
			fputs("\\ufffd", j->to);
		else if (!text_is_plain((struct span){ untrusted.p, len }))
			put_code(j, (struct span){ untrusted.p, len });
		else if (untrusted.p[0] == '"' || untrusted.p[0] == '\\')
			fprintf(j->to, "\\%c", untrusted.p[0]);
		else
			fwrite(untrusted.p, 1, len, j->to);
		untrusted.p += len > 0 ? len : 1;
		untrusted.len -= len > 0 ? len : 1;
	}
	fputc('"', j->to);
}

void
json_string(struct json *j, const char *name, const char *s)
{
	json_bytes(j, name, span_of(s));
}

void
json_number(struct json *j, const char *name, long long n)
{
	begin(j, name);
	fprintf(j->to, "%lld", n);
}

void
json_bool(struct json *j, const char *name, bool b)
{
	begin(j, name);
	fputs(b ? "true" : "false", j->to);
}

void
json_null(struct json *j, const char *name)
{
	begin(j, name);
	fputs("null", j->to);
}

void
json_time(struct json *j, const char *name, time_t t)
{
	char when[32];
	struct tm tm;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
	json_string(j, name, when);
}
