/* SPDX-License-Identifier: ISC */
#include "ask/offer.h"

#include "sys/clock.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* qssh-vault's exit status where the rules allow it already. */
#define ALREADY 3

void
offer_open(struct offer *o)
{
	*o = (struct offer){ .child = { .pid = -1, .pidfd = -1, .out = -1 } };
}

void
offer_close(struct offer *o)
{
	child_end(&o->child);
	offer_open(o);
}

bool
offer_show(struct offer *o, const char *notify, const struct askmsg *m)
{
	char offer[] = "offer";
	char *argv[] = { (char *)(uintptr_t)notify, offer, (char *)(uintptr_t)m->title, (char *)(uintptr_t)m->words,
		NULL };

	if (o->adding)
		return false;
	offer_close(o);
	if (child_start(&o->child, notify, argv, true) < 0)
		return false;
	memcpy(o->line, m->offer, sizeof(o->line));
	o->until = clock_deadline(OFFER_MS);
	return true;
}

/* qssh-filter is in libexec/qssh, and what a person types in bin; or both in one place, before they are installed. */
static void
find_vault(char *path, size_t size)
{
	char self[3072];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL)
		*slash = '\0';
	snprintf(path, size, "%s/../../bin/qssh-vault", self);
	if (access(path, X_OK) == -1)
		snprintf(path, size, "%s/qssh-vault", self);
}

static void
add_rule(struct offer *o, const char *client)
{
	char path[4096], allow[] = "allow", yes[] = "--yes", clicked[] = "--clicked", of[] = "--client";
	char *argv[] = { path, allow, yes, clicked, of, (char *)(uintptr_t)client, o->line, NULL };

	find_vault(path, sizeof(path));
	o->adding = child_start(&o->child, path, argv, false) == 0;
	o->until = clock_deadline(OFFER_ADD_MS);
}

static void
tell(const struct offer *o, int status, const char *client, struct notices *n)
{
	bool added = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	bool already = WIFEXITED(status) && WEXITSTATUS(status) == ALREADY;
	char title[LIMIT_QUBE + 64], body[160];

	snprintf(title, sizeof(title), "%s: %s", client,
	    added     ? "always allowed from now on"
	    : already ? "is allowed already"
		      : "no rule was added");
	if (added)
		snprintf(body, sizeof(body), "The rule is in ~/.config/qssh/rules.");
	else
		snprintf(
		    body, sizeof(body), "Which rule decides this, and what can be done: qssh-vault allow %s", o->line);
	notices_add(n, added || already ? NOTICE_SIGNED : NOTICE_OTHER, title, body);
}

void
offer_step(struct offer *o, const char *client, struct notices *n)
{
	struct pollfd p = { .fd = o->child.pidfd, .events = POLLIN };
	char output[64] = "";
	int status;

	if (o->child.pidfd == -1)
		return;
	if (poll(&p, 1, 0) <= 0) {
		if (clock_now() < o->until)
			return;
		if (o->adding)
			tell(o, -1, client, n);
		offer_close(o);
		return;
	}
	status = child_take(&o->child, output, sizeof(output));
	if (o->adding) {
		tell(o, status, client, n);
		o->adding = false;
	} else if (status == 0 && strcmp(output, "always\n") == 0) {
		add_rule(o, client);
	}
}
