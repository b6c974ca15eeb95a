/* SPDX-License-Identifier: ISC */
#include "filter/serve.h"

#include "base/limits.h"
#include "filter/list.h"
#include "filter/sign.h"
#include "sys/clock.h"
#include "sys/frame.h"

#include <errno.h>
#include <string.h>

/* The witness's word: the bind is what it says to be. */
static bool
is_success(struct span answer)
{
	return answer.len == 1 && answer.p[0] == AGENTMSG_SUCCESS;
}

/*
 * session-bind: to the witness, whose word counts, and to the agent, whose answer the client gets.
 * They verify it at the same time.
 */
static struct span
serve_bind(struct connection *c, const struct agentmsg_bind *bind, struct span request)
{
	int64_t deadline = clock_deadline(LIMIT_AGENT_MS);
	struct span answer;
	bool accepted;

	if (c->rules_broken != NULL || c->binds.count >= LIMIT_BINDS) {
		record_request(
		    c->record, "bind", "refused", c->rules_broken != NULL ? c->rules_broken : "too many binds");
		binds_spoil(&c->binds, bind->forwarding);
		return agentmsg_failure();
	}
	agentconn_tell(&c->witness, request, deadline);
	agentconn_tell(&c->agent, request, deadline);
	accepted = is_success(agentconn_hear(&c->witness, c->messages->answer, deadline));
	binds_add(&c->binds, bind, accepted);
	c->messages->list_until = 0; /* an agent hides from a host the keys that are not for it */
	answer = agentconn_hear(&c->agent, c->messages->answer, deadline);
	record_request(
	    c->record, "bind", accepted ? "accepted" : "unproven", c->witness.fd == -1 ? "no witness" : NULL);
	return answer.len == 1 ? answer : agentmsg_failure();
}

static struct span
serve_query(struct connection *c)
{
	struct wire_out out;

	agentmsg_query_answer(&out, c->messages->answer, sizeof(c->messages->answer));
	record_request(c->record, "query", "answered", NULL);
	return wire_out_span(&out);
}

/* The name of a message that is never forwarded, for the record. */
static const char *
message_name(uint8_t type)
{
	switch (type) {
	case 9: return "ssh1-remove-all";
	case 17:
	case 25: return "add";
	case 18: return "remove";
	case 19: return "remove-all";
	case 20:
	case 21:
	case 26: return "smartcard";
	case 22: return "lock";
	case 23: return "unlock";
	case 27: return "extension";
	default: return "unknown";
	}
}

static struct span
answer_request(struct connection *c, struct span untrusted_request)
{
	struct agentmsg_request r;

	if (c->requests++ >= LIMIT_REQUESTS) {
		record_request(c->record, "any", "refused", "too many requests on one connection");
		return agentmsg_failure();
	}
	agentmsg_request(untrusted_request, &r);
	switch (r.kind) {
	case REQUEST_LIST: return list_answer(c);
	case REQUEST_SIGN: return sign_answer(c, &r.sign, untrusted_request);
	case REQUEST_BIND: return serve_bind(c, &r.bind, untrusted_request);
	case REQUEST_QUERY: return serve_query(c);
	case REQUEST_BAD:
		if (r.type ==
		    AGENTMSG_EXTENSION) /* it may have been a bind: what it would have replaced no longer holds */
			binds_spoil(&c->binds, false);
		record_request(c->record, "malformed", "refused", NULL);
		return agentmsg_failure();
	case REQUEST_OTHER: break;
	}
	record_request(c->record, message_name(r.type), "refused", NULL);
	return agentmsg_failure();
}

/* A frame of an impossible length: what it announced is read and forgotten, and the connection lives on. */
static int
refuse_frame(struct connection *c, int64_t deadline)
{
	int error = frame_discard(c->in, -1, c->messages->request, deadline);

	record_request(c->record, "malformed", "refused", "a frame's length is out of range");
	return error < 0 ? error : frame_write(c->out, -1, agentmsg_failure(), deadline);
}

/* 0, or -errno: the connection ends. */
static int
await_request(struct connection *c)
{
	int error = share_await(c->share, c->in);

	if (error == -EBUSY)
		record_request(c->record, "call", "ended", "it said nothing for long, and others of its client wait");
	return error;
}

/* The next request's length; 0 at the end of the client's input, or where it can't be read on. */
static int
read_request(struct connection *c)
{
	int64_t deadline;
	int n;

	do {
		n = await_request(c);
		deadline = clock_deadline(LIMIT_TRANSFER_MS);
		if (n == 0)
			n = frame_read(c->in, -1, c->messages->request, deadline);
	} while (n == -EMSGSIZE && refuse_frame(c, deadline) == 0);
	return n > 0 ? n : 0;
}

/* The list stays: it is the next SIGN's, and holds what is public. */
static void
wipe(struct messages *m, size_t request_len, size_t answer_len)
{
	explicit_bzero(m->request, request_len);
	explicit_bzero(m->answer, answer_len);
}

void
serve_run(struct connection *c)
{
	static struct messages m;
	int n;

	c->messages = &m;
	m.list_until = 0; /* another connection's list is another agent's */
	while ((n = read_request(c)) > 0) {
		struct span answer = answer_request(c, (struct span){ m.request, (size_t)n });
		int error = frame_write(c->out, -1, answer, clock_deadline(LIMIT_TRANSFER_MS));

		ask_flush(c->ask);
		record_prepare(c->record);
		wipe(&m, (size_t)n, answer.len);
		if (error < 0)
			break;
	}
	if (c->listed && !c->signing)
		ask_show_listed(c->ask);
	ask_end(c->ask);
	record_close(c->record);
}
