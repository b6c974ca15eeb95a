/* SPDX-License-Identifier: ISC */
#include "client/target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* s fits and has been checked: it has no NUL. */
static void
copy(char *to, struct span s)
{
	memcpy(to, s.p, s.len);
	to[s.len] = '\0';
}

bool
target_is_vault(struct span name)
{
	return qube_is_name(name) && !span_is(name, "dom0");
}

int
target_parse(struct target *t, struct span untrusted_name)
{
	struct span qube = untrusted_name, arg = { NULL, 0 };
	const uint8_t *colon = span_find(untrusted_name, ':');

	if (colon != NULL) {
		qube.len = (size_t)(colon - qube.p);
		arg.p = colon + 1;
		arg.len = untrusted_name.len - qube.len - 1;
		if (!qube_is_arg(arg))
			return -EINVAL;
	}
	if (span_is(qube, "default"))
		memcpy(t->qube, TARGET_DEFAULT, sizeof(TARGET_DEFAULT));
	else if (target_is_vault(qube))
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
	snprintf(buf, TARGET_CALL_SIZE, "%s%s%s", QUBE_SERVICE, t->arg[0] != '\0' ? "+" : "", t->arg);
}

const char *
target_shown(const struct target *t)
{
	return target_is_default(t) ? "the default vault" : t->qube;
}

void
target_listed(const struct target *t, char buf[TARGET_LISTED_SIZE])
{
	snprintf(buf, TARGET_LISTED_SIZE, "the vault %s%s%s", target_is_default(t) ? "that dom0 chooses" : t->qube,
	    t->arg[0] != '\0' ? ", its agent " : "", t->arg);
}
