/* SPDX-License-Identifier: ISC */
#include "vault/since.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int
parse_span(const char *word, time_t now, time_t *out)
{
	static const char units[] = "smhd";
	static const long seconds[] = { 1, 60, 3600, 86400 };
	char *end;
	const char *unit;
	long n;

	errno = 0;
	n = strtol(word, &end, 10);
	if (errno != 0 || n < 0 || n > 99999 || end[0] == '\0' || end[1] != '\0')
		return -EINVAL;
	unit = strchr(units, end[0]);
	if (unit == NULL)
		return -EINVAL;
	*out = now - n * seconds[unit - units];
	return 0;
}

/* The rest of word behind what a format matches, or NULL. */
static const char *
match(const char *word, const char *format, struct tm *tm)
{
	memset(tm, 0, sizeof(*tm));
	tm->tm_isdst = -1;
	return strptime(word, format, tm);
}

int
since_parse(const char *word, time_t now, time_t *out)
{
	static const char *const formats[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d %H:%M", "%Y-%m-%d" };

	if (word[0] < '0' || word[0] > '9')
		return -EINVAL;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct tm tm;
		const char *rest = match(word, formats[i], &tm);
		bool utc = rest != NULL && strcmp(rest, "Z") == 0;

		if (rest == NULL || (rest[0] != '\0' && !utc))
			continue;
		*out = utc ? timegm(&tm) : mktime(&tm);
		return *out == (time_t)-1 ? -EINVAL : 0;
	}
	return parse_span(word, now, out);
}
