#include "cli/policy.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A qube's host name is the qube's name. */
static void
own_name(char name[LIMIT_QUBE + 1])
{
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	snprintf(name, LIMIT_QUBE + 1, "%.31s", qube_is_name(span_of(host)) ? host : "THIS-QUBE");
}

void
policy_line(const struct target *t, char line[POLICY_LINE_SIZE])
{
	char own[LIMIT_QUBE + 1];

	own_name(own);
	if (target_is_default(t))
		snprintf(line, POLICY_LINE_SIZE,
		    QUBE_SERVICE " +%s %s " TARGET_DEFAULT " ask target=VAULT default_target=VAULT", t->arg, own);
	else
		snprintf(line, POLICY_LINE_SIZE, QUBE_SERVICE " +%s %s %s ask default_target=%s", t->arg, own, t->qube,
		    t->qube);
}
