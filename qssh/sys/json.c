/* SPDX-License-Identifier: ISC */
#include "sys/json.h"

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

void
json_bytes(struct json *j, const char *name, struct span untrusted)
{
	begin(j, name);
	fputc('"', j->to);
	while (untrusted.len > 0) {
		size_t len = utf8_len(untrusted);

		if (len == 0)
			fputs("\\ufffd", j->to);
		else if (untrusted.p[0] < ' ' || untrusted.p[0] == 0x7f)
			fprintf(j->to, "\\u%04x", untrusted.p[0]);
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
