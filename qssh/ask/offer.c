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

/* What qssh-vault says of a rule: more is not shown whole, and not offered. */
#define RULE_SIZE 2048u

/* Above it. */
static const char ADDS[] = "Always allow this adds to the rules:\n";

void
offer_open(struct offer *o, const char *notify, const char *client)
{
	*o = (struct offer){ .notify = notify, .client = client, .child = { .pid = -1, .pidfd = -1, .out = -1 } };
}

void
offer_close(struct offer *o)
{
	child_end(&o->child);
	o->state = OFFER_NONE;
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

static bool
start(struct offer *o, enum offer_state state, char *const argv[], int64_t ms)
{
	bool started = child_start(&o->child, argv[0], argv, state != OFFER_ADDS) == 0;

	o->state = started ? state : OFFER_NONE;
	o->until = clock_deadline(ms);
	return started;
}

bool
offer_begin(struct offer *o, const struct askmsg *m)
{
	char path[4096], allow[] = "allow", offer[] = "--offer", of[] = "--client";
	char *argv[] = { path, allow, offer, of, (char *)(uintptr_t)o->client, o->line, NULL };

	if (o->state == OFFER_LOOKS || o->state == OFFER_ADDS)
		return false;
	offer_close(o);
	memcpy(o->line, m->offer, sizeof(o->line));
	memcpy(o->title, m->title, sizeof(o->title));
	memcpy(o->words, m->words, sizeof(o->words));
	find_vault(path, sizeof(path));
	return start(o, OFFER_LOOKS, argv, OFFER_VAULT_MS);
}

/* said: the title, a line, and the rule. False: it is not that, or not whole. */
static bool
show(struct offer *o, char *said)
{
	char body[sizeof(ADDS) + RULE_SIZE], offer[] = "offer";
	char *argv[] = { (char *)(uintptr_t)o->notify, offer, said, body, NULL };
	char *rule = strchr(said, '\n');
	size_t len = strlen(said);

	if (rule == NULL || rule[1] == '\0' || said[len - 1] != '\n')
		return false;
	said[len - 1] = *rule = '\0';
	snprintf(body, sizeof(body), "%s%s", ADDS, rule + 1);
	return start(o, OFFER_SHOWN, argv, OFFER_MS);
}

static void
add_rule(struct offer *o)
{
	char path[4096], allow[] = "allow", yes[] = "--yes", clicked[] = "--clicked", of[] = "--client";
	char *argv[] = { path, allow, yes, clicked, of, (char *)(uintptr_t)o->client, o->line, NULL };

	find_vault(path, sizeof(path));
	start(o, OFFER_ADDS, argv, OFFER_VAULT_MS);
}

static void
tell(const struct offer *o, int status, struct notices *n)
{
	bool added = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	bool already = WIFEXITED(status) && WEXITSTATUS(status) == ALREADY;
	char title[LIMIT_QUBE + 64], body[160];

	snprintf(title, sizeof(title), "%s: %s", o->client,
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
offer_step(struct offer *o, struct notices *n)
{
	struct pollfd p = { .fd = o->child.pidfd, .events = POLLIN };
	enum offer_state was = o->state;
	char said[RULE_SIZE] = "";
	int status = -1;

	if (was == OFFER_NONE)
		return;
	if (poll(&p, 1, 0) > 0)
		status = child_take(&o->child, said, sizeof(said));
	else if (clock_now() < o->until)
		return;
	offer_close(o);
	if (was == OFFER_LOOKS && (status != 0 || !show(o, said)))
		notices_add(n, NOTICE_SIGNED, o->title, o->words);
	else if (was == OFFER_SHOWN && status == 0 && strcmp(said, "always\n") == 0)
		add_rule(o);
	else if (was == OFFER_ADDS)
		tell(o, status, n);
}
