/* SPDX-License-Identifier: ISC */
#include "client/group.h"

#include <errno.h>
#include <stdio.h>

int
group_open(struct group *g, struct connection *c, struct member *self)
{
	int error = members_read(&g->list, c->home, c->target.socket);

	g->count = 0;
	if (error < 0)
		return error;
	g->self = self;
	replay_open(&g->pinned.replay);
	for (; g->count < g->list.count; g->count++)
		member_open(&g->members[g->count], c, &g->list.list[g->count]);
	/* A qube does not have the socket's name. */
	snprintf(self->target.qube, sizeof(self->target.qube), "?");
	return 0;
}

/* The LIST answer so far. */
static struct span
listed(const struct wire_out *out, uint32_t count)
{
	wire_set32(out->p + 1, count);
	return (struct span){ out->p, out->len };
}

/* Adds the keys of one member that those before it have not. What does not fit an answer is left out. */
static void
list_pins(struct wire_out *out, uint32_t *count, const struct pins *p)
{
	struct agentmsg_identities list;
	struct agentmsg_identity id;

	if (agentmsg_identities(pins_answer(p), &list) < 0)
		return;
	while (agentmsg_identity_next(&list, &id)) {
		if (*count == LIMIT_IDENTITIES || out->size - out->len < 8 + id.blob.len + id.comment.len)
			return;
		if (pins_hold(listed(out, *count), id.blob))
			continue;
		wire_put_string(out, id.blob);
		wire_put_string(out, id.comment);
		++*count;
	}
}

struct span
group_list(const struct members *m, const char *home, uint8_t buf[LIMIT_FRAME])
{
	static struct pins p;
	struct wire_out out;
	uint32_t count = 0;

	wire_out_open(&out, buf, LIMIT_FRAME);
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, 0);
	for (unsigned i = 0; i < m->count; i++)
		if (pins_read(&p, home, m->list[i].socket) == 0)
			list_pins(&out, &count, &p);
	return listed(&out, count);
}

static struct span
list_all(struct group *g)
{
	const char *name = g->self->target.socket;
	struct span answer = group_list(&g->list, g->self->connection->home, g->answer);

	if (wire_get32(answer.p + 1) == 0) {
		snprintf(g->self->why, sizeof(g->self->why),
		    "no key is pinned for any vault of %s, so none is offered: qssh pin %s", name, name);
		member_tell(g->self, g->self->why);
	}
	return answer;
}

/* Reads the pins of a member. False: it has none that can be read. */
static bool
read_pins(struct group *g, const struct member *m)
{
	return pins_read(&g->pinned.pins, m->connection->home, m->target.socket) == 0;
}

/* Reads the pins of the first member that has the key. NULL: none has. */
static struct member *
find(struct group *g, struct span key)
{
	for (unsigned i = 0; i < g->count; i++)
		if (read_pins(g, &g->members[i]) && pins_hold(pins_answer(&g->pinned.pins), key))
			return &g->members[i];
	return NULL;
}

static struct span
sign(struct group *g, struct span request, const struct agentmsg_request *decoded)
{
	struct member *m = find(g, decoded->sign.key);

	if (m != NULL)
		return pinned_ask(&g->pinned, m, request, decoded);
	snprintf(g->self->why, sizeof(g->self->why),
	    "the key is pinned for no vault of %s, so nobody was asked to sign: qssh pin %s", g->self->target.socket,
	    g->self->target.socket);
	member_tell(g->self, g->self->why);
	return agentmsg_failure();
}

struct span
group_answer(struct group *g, struct span request, const struct agentmsg_request *decoded)
{
	if (decoded->kind == REQUEST_LIST)
		return list_all(g);
	if (decoded->kind == REQUEST_SIGN)
		return sign(g, request, decoded);
	return pinned_answer(&g->pinned, request, decoded);
}

void
group_close(struct group *g)
{
	for (unsigned i = 0; i < g->count; i++)
		member_close(&g->members[i]);
}
