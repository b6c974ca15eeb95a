#include "target.h"

#include <errno.h>
#include <stdio.h>
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
target_is_qube(struct span s)
{
	if (s.len == 0 || s.len > LIMIT_QUBE || !is_letter(s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '.')
			return false;
	return !span_is(s, "none") && !span_is(s, "default");
}

bool
target_is_arg(struct span s)
{
	if (s.len == 0 || s.len > LIMIT_NAME)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && memchr("+._-", s.p[i], 4) == NULL)
			return false;
	return true;
}

/* s fits and has been checked: it has no NUL. */
static void
copy(char *to, struct span s)
{
	memcpy(to, s.p, s.len);
	to[s.len] = '\0';
}

int
target_parse(struct target *t, struct span untrusted_name)
{
	struct span qube = untrusted_name, arg = { NULL, 0 };
	const uint8_t *colon = untrusted_name.len > 0 ? memchr(untrusted_name.p, ':', untrusted_name.len) : NULL;

	if (colon != NULL) {
		qube.len = (size_t)(colon - qube.p);
		arg.p = colon + 1;
		arg.len = untrusted_name.len - qube.len - 1;
		if (!target_is_arg(arg))
			return -EINVAL;
	}
	if (span_is(qube, "default"))
		memcpy(t->qube, TARGET_DEFAULT, sizeof(TARGET_DEFAULT));
	else if (target_is_qube(qube))
		copy(t->qube, qube);
	else
		return -EINVAL;
	copy(t->socket, untrusted_name);
	if (arg.len > 0)
		copy(t->arg, arg);
	else
		t->arg[0] = '\0';
	return 0;
}

bool
target_is_default(const struct target *t)
{
	return strcmp(t->qube, TARGET_DEFAULT) == 0;
}

void
target_service(const struct target *t, char buf[TARGET_CALL_SIZE])
{
	snprintf(buf, TARGET_CALL_SIZE, "%s%s%s", TARGET_SERVICE, t->arg[0] != '\0' ? "+" : "", t->arg);
}

const char *
target_shown(const struct target *t)
{
	return target_is_default(t) ? "the default vault" : t->qube;
}
