/* SPDX-License-Identifier: ISC */
#include "cli/calls.h"

#include "cli/enable.h"
#include "cli/keyline.h"
#include "cli/offer.h"
#include "cli/pin.h"
#include "client/group.h"
#include "client/members.h"
#include "ssh/agentmsg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What is called, and what each vault's keys are held against. */
struct calls {
	struct report *report;
	const struct sockets *sockets;
	const struct sshsetup *setup;
	const char *home;
};

/* The vault, and which of its agents where the socket names one. */
static void
agent_text(const struct target *t, char buf[TARGET_LISTED_SIZE])
{
	snprintf(buf, TARGET_LISTED_SIZE, t->arg[0] != '\0' ? "%s's agent %s" : "%s%s", target_shown(t), t->arg);
}

static void
report_keys(const struct calls *c, const struct target *t, struct span answer)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;
	char line[LIMIT_SENTENCE], agent[TARGET_LISTED_SIZE];

	agent_text(t, agent);
	if (agentmsg_identities(answer, &list) < 0)
		return;
	if (list.count == 0)
		report_fault(c->report, "in the vault: qssh-vault doctor",
		    "%s answers, but offers no keys: it may have none, or be locked, or its rules allow this qube none",
		    agent);
	while (agentmsg_identity_next(&list, &id)) {
		keyline_text(line, sizeof(line), &id);
		report_ok(c->report, "%s offers %s", agent, line);
	}
}

/* What to do about a call that failed, where that can be known: dom0's policy is no matter once it let the call by. */
static void
call_mend(char *mend, size_t size, const struct target *t, enum call_fault fault)
{
	const char *vault = target_shown(t);
	char line[ENABLE_POLICY_SIZE];

	switch (fault) {
	case CALL_HERE: snprintf(mend, size, "restart this qube; in its template: update qubes-core-qrexec"); break;
	case CALL_POLICY:
		enable_policy_line(t, line);
		snprintf(mend, size, "in dom0's " ENABLE_POLICY_FILE ": %s", line);
		break;
	case CALL_DOM0:
		snprintf(mend, size, "answer yes in dom0; or start %s there, and see why it can't", vault);
		break;
	case CALL_NO_SERVICE:
		snprintf(mend, size, "install qssh in the template of %s, and restart both", vault);
		break;
	case CALL_VAULT: snprintf(mend, size, "dom0 let the call through; in the vault: qssh-vault doctor"); break;
	case CALL_NOBODY: snprintf(mend, size, "try again, and answer what dom0 or the vault asks"); break;
	}
}

static void
check_call(const struct calls *c, struct target *t)
{
	static struct pin_answer f;
	char mend[ENABLE_POLICY_SIZE + 128];

	if (pin_fetch(&f, t, c->home) == 0) {
		report_keys(c, t, (struct span){ f.answer, f.len });
		if (c->setup != NULL && strcmp(t->socket, c->setup->socket) == 0)
			offer_report(c->report, c->setup, c->home, (struct span){ f.answer, f.len });
		return;
	}
	call_mend(mend, sizeof(mend), t, f.fault);
	report_fault(c->report, mend, "a call through %s failed: %s", t->socket, f.why);
}

/* A socket before number `end` leads to the vault of t, or any socket has its name. */
static bool
is_called_before(const struct calls *c, size_t end, const struct target *t)
{
	struct members m;

	for (size_t i = 0; i < c->sockets->count; i++) {
		const char *socket = c->sockets->list[i].socket;

		if (strcmp(socket, t->socket) == 0 ||
		    (i < end && members_read(&m, c->home, socket) == 0 && members_hold(&m, t->socket)))
			return true;
	}
	return false;
}

void
calls_report(struct report *r, const struct sockets *s, const struct sshsetup *setup, const char *home)
{
	static uint8_t answer[LIMIT_FRAME];
	const struct calls c = { r, s, setup, home };
	struct members m;

	for (size_t i = 0; i < s->count; i++) {
		struct target t = s->list[i];
		int error = members_read(&m, home, t.socket);

		if (error == -ENOENT)
			check_call(&c, &t);
		for (unsigned n = 0; error == 0 && n < m.count; n++)
			if (!is_called_before(&c, i, &m.list[n]))
				check_call(&c, &m.list[n]);
		if (error == 0 && setup != NULL && strcmp(t.socket, setup->socket) == 0)
			offer_report(r, setup, home, group_list(&m, home, answer));
	}
}
