/* SPDX-License-Identifier: ISC */
#include "base/qube.h"

#include "base/limits.h"

#include <string.h>

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool
qube_is_name(struct span s)
{
	if (s.len == 0 || s.len > LIMIT_QUBE || !is_letter(s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '.')
			return false;
	return !span_is(s, "none") && !span_is(s, "default");
}

bool
qube_is_arg(struct span s)
{
	if (s.len == 0 || s.len > LIMIT_NAME)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && memchr("+._-", s.p[i], 4) == NULL)
			return false;
	return true;
}
