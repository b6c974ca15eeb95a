/* SPDX-License-Identifier: ISC */
#include "client/relay.h"

#include "base/limits.h"
#include "client/answer.h"
#include "client/group.h"
#include "client/member.h"
#include "client/pinned.h"
#include "ssh/agentmsg.h"
#include "ssh/sshkey.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* One connection's state, beside what the caller gave. */
struct session {
	struct connection *connection;
	struct member self; /* the socket's only vault; or what is told of a group as a whole */
	struct group *group; /* NULL: it is a socket of one vault */
	struct pinned *pinned; /* NULL: nothing is pinned, or the vault has caught up */
	bool opened; /* a request came, so members and pins have been looked for */
};

/* Why a request is never passed on, for a person; NULL: one that no person makes. */
static const char *
never_passed(uint8_t type)
{
	switch (type) {
	case AGENTMSG_ADD:
	case AGENTMSG_ADD_CONSTRAINED:
		return "keys are added in the vault itself, not from here: the private key was not sent to it";
	case AGENTMSG_SMARTCARD_ADD:
	case AGENTMSG_SMARTCARD_ADD_CONSTRAINED: return "smartcards are added in the vault itself, not from here";
	case AGENTMSG_REMOVE:
	case AGENTMSG_REMOVE_ALL:
	case AGENTMSG_SSH1_REMOVE_ALL:
	case AGENTMSG_SMARTCARD_REMOVE: return "the keys are the vault's, and are removed there, not from here";
	case AGENTMSG_LOCK:
	case AGENTMSG_UNLOCK: return "the keys are the vault's, and are locked there, not from here";
	default: return NULL;
	}
}

/* A private key may be among what was asked: it leaves neither this qube nor a trace in our memory. */
static struct span
keep_here(struct session *s, struct span request, uint8_t type)
{
	const char *why = never_passed(type);

	explicit_bzero((uint8_t *)(uintptr_t)request.p, request.len);
	if (why != NULL && !s->self.told)
		member_tell(&s->self, why);
	return agentmsg_failure();
}

/* Looks, at the first request, for what this qube knows of the socket. */
static void
open_socket(struct session *s)
{
	static struct pinned pinned;
	static struct group group;
	struct connection *c = s->connection;
	int error;

	if (s->opened || c->refusal[0] != '\0')
		return;
	s->opened = true;
	error = group_open(&group, c, &s->self);
	if (error == 0)
		s->group = &group;
	else if (error != -ENOENT)
		snprintf(c->refusal, sizeof(c->refusal), "the members of %s can't be read from its socket's unit: %s",
		    c->target.socket, error == -EBADMSG ? "they are not a list of vaults" : strerror(-error));
	else if (pinned_open(&pinned, c->home, c->target.socket))
		s->pinned = &pinned;
}

/* The pins' answer, or else the vault's. */
static struct span
ask(struct session *s, struct span request, const struct agentmsg_request *decoded)
{
	struct pinned *behind = s->pinned;
	struct span answer = { NULL, 0 };

	if (behind != NULL)
		answer = pinned_answer(behind, request, decoded);
	if (answer.len > 0)
		return answer;
	s->pinned = NULL;
	return behind != NULL ? pinned_ask(behind, &s->self, request, decoded) : member_ask(&s->self, request, decoded);
}

/* The answer that ssh gets. The empty span: ssh is gone. */
static struct span
answer_to(struct session *s, struct span request, const struct agentmsg_request *decoded)
{
	static uint8_t buf[LIMIT_FRAME];
	struct span answer;
	struct wire_out out;

	open_socket(s);
	switch (decoded->kind) {
	case REQUEST_BAD:
	case REQUEST_OTHER: return keep_here(s, request, decoded->type);
	case REQUEST_QUERY: agentmsg_query_answer(&out, buf, sizeof(buf)); return wire_out_span(&out);
	case REQUEST_BIND:
	case REQUEST_LIST:
	case REQUEST_SIGN: break;
	}
	answer = s->group != NULL ? group_answer(s->group, request, decoded) : ask(s, request, decoded);
	return decoded->kind == REQUEST_LIST && answer.len > 0 ? answer_inert(answer, buf) : answer;
}

/* For a signature by a key that may have to be touched. */
static bool
wants_touch(const struct agentmsg_request *r)
{
	struct sshkey key;

	return r->kind == REQUEST_SIGN && sshkey_read(r->sign.key, &key) == 0 && sshkey_is_hardware(&key);
}

/* Answers one request. False: ssh is gone. */
static bool
serve_request(struct session *s, struct span request)
{
	struct agentmsg_request decoded;
	struct span answer;

	agentmsg_request(request, &decoded);
	if (decoded.kind == REQUEST_BIND) {
		s->connection->bound = true;
		s->connection->forwarding |= decoded.bind.forwarding;
	}
	s->connection->touch = wants_touch(&decoded);
	answer = answer_to(s, request, &decoded);
	return answer.len > 0 && frame_write(s->connection->fd, -1, answer, clock_deadline(LIMIT_TRANSFER_MS)) == 0;
}

void
relay_serve(struct connection *c)
{
	static uint8_t request[LIMIT_FRAME];
	struct session s = { .connection = c };
	int n;

	member_open(&s.self, c, &c->target);
	/*
	 * Without a deadline until a request begins: a connection that never speaks waits here, and has started
	 * nothing.
	 */
	while (frame_wait(c->fd, -1, CLOCK_NEVER) == 0) {
		n = frame_read(c->fd, -1, request, clock_deadline(LIMIT_TRANSFER_MS));
		if (n <= 0 || !serve_request(&s, (struct span){ request, (size_t)n }))
			break;
	}
	if (s.group != NULL)
		group_close(s.group);
	member_close(&s.self);
}
