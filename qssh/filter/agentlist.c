/* SPDX-License-Identifier: ISC */
#include "filter/agentlist.h"

#include "base/limits.h"
#include "sys/clock.h"

#include <poll.h>

static const uint8_t LIST[] = { AGENTMSG_LIST };

/* Asks the agent what it holds. 0, or -EBADMSG where there is no list. */
static int
ask_list_once(struct connection *c, struct agentmsg_identities *all)
{
	struct span answer = agentconn_ask(
	    &c->agent, (struct span){ LIST, sizeof(LIST) }, c->messages->list, clock_deadline(LIMIT_AGENT_MS));
	int error = agentmsg_identities(answer, all);

	c->messages->list_len = answer.len;
	c->messages->list_until = error == 0 ? clock_deadline(LIMIT_LIST_MS) : 0;
	return error;
}

/* Worth a person's while: the agent may be fed, nothing is locked by hand, and the rules have a key for the client. */
static bool
may_wait(struct connection *c)
{
	struct facts f = connection_facts(c);

	if (!c->agent_waits || c->rules_broken != NULL || brake_reason(c->brake) != NULL)
		return false;
	rules_list_open_anywhere(&c->messages->anywhere, c->rules, &f);
	return rules_list_any(&c->messages->anywhere);
}

/* The client is still there after a pause. What it sends meanwhile can wait. */
static bool
pause_for(const struct connection *c, int ms)
{
	struct pollfd p = { .fd = c->in, .events = POLLRDHUP };

	return poll(&p, 1, ms) == 0;
}

/* An empty agent of a password manager's is waited for, once a connection, where a person can be told to unlock it. */
static int
await_keys(struct connection *c, struct agentmsg_identities *all)
{
	int64_t until = clock_deadline(LIMIT_UNLOCK_MS);
	int error = 0;

	c->agent_waits = false;
	c->told_empty = ask_unlock(c->ask, c->agent_empty, c->in);
	if (!c->told_empty)
		return 0;
	while (error == 0 && all->count == 0 && clock_now() < until && pause_for(c, LIMIT_UNLOCK_LOOK_MS))
		error = ask_list_once(c, all);
	if (error == 0 && all->count > 0)
		ask_unlocked(c->ask);
	record_request(c->record, "wait", error == 0 && all->count > 0 ? "done" : "in-vain",
	    "for the agent to be unlocked, or to be given keys");
	return error;
}

int
agentlist_ask(struct connection *c, struct agentmsg_identities *all)
{
	int error = ask_list_once(c, all);

	return error == 0 && all->count == 0 && may_wait(c) ? await_keys(c, all) : error;
}

/* The comment that a list has for a key. */
static bool
list_comment(struct agentmsg_identities *all, struct span blob, struct span *comment)
{
	struct agentmsg_identity id;

	while (agentmsg_identity_next(all, &id)) {
		if (span_eq(id.blob, blob)) {
			*comment = id.comment;
			return true;
		}
	}
	return false;
}

bool
agentlist_comment(struct connection *c, struct span blob, struct span *comment)
{
	struct agentmsg_identities all;
	bool recent = c->agent.fd != -1 && clock_now() < c->messages->list_until &&
		      agentmsg_identities((struct span){ c->messages->list, c->messages->list_len }, &all) == 0;

	return (recent && list_comment(&all, blob, comment)) ||
	       (agentlist_ask(c, &all) == 0 && list_comment(&all, blob, comment));
}
