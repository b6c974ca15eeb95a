#include "cli/age.h"

#include <stdio.h>

void
age_ago(time_t then, time_t now, char words[AGE_SIZE])
{
	static const struct {
		long seconds;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		long n = (long)(now - then) / units[i].seconds;

		if (n > 0) {
			snprintf(words, AGE_SIZE, "%ld %s%s ago", n, units[i].name, n == 1 ? "" : "s");
			return;
		}
	}
	snprintf(words, AGE_SIZE, "just now");
}
