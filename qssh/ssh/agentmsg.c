/* SPDX-License-Identifier: ISC */
#include "ssh/agentmsg.h"

#include "base/limits.h"

#include <errno.h>
#include <string.h>

static enum request_kind
sign_read(struct wire *w, struct agentmsg_sign *out)
{
	out->key = wire_string(w);
	out->data = wire_string(w);
	out->flags = wire_u32(w);
	if (!wire_done(w) || out->key.len == 0)
		return REQUEST_BAD;
	if ((out->flags & ~(AGENTMSG_RSA_SHA2_256 | AGENTMSG_RSA_SHA2_512)) != 0)
		return REQUEST_BAD;
	return REQUEST_SIGN;
}

static enum request_kind
bind_read(struct wire *w, struct agentmsg_bind *out)
{
	out->hostkey = wire_string(w);
	out->session_id = wire_string(w);
	out->signature = wire_string(w);
	out->forwarding = wire_bool(w);
	if (!wire_done(w) || out->hostkey.len == 0)
		return REQUEST_BAD;
	if (out->session_id.len == 0 || out->session_id.len > LIMIT_SESSION_ID)
		return REQUEST_BAD;
	return REQUEST_BIND;
}

static enum request_kind
extension_read(struct wire *w, struct agentmsg_request *out)
{
	struct span name = wire_string(w);

	if (!wire_ok(w))
		return REQUEST_BAD;
	if (span_is(name, "session-bind@openssh.com"))
		return bind_read(w, &out->bind);
	if (span_is(name, "query"))
		return wire_done(w) ? REQUEST_QUERY : REQUEST_BAD;
	return REQUEST_OTHER;
}

void
agentmsg_request(struct span untrusted_body, struct agentmsg_request *out)
{
	struct wire w;

	memset(out, 0, sizeof(*out));
	wire_open(&w, untrusted_body);
	out->type = wire_u8(&w);
	switch (out->type) {
	case AGENTMSG_LIST: out->kind = wire_done(&w) ? REQUEST_LIST : REQUEST_BAD; break;
	case AGENTMSG_SIGN: out->kind = sign_read(&w, &out->sign); break;
	case AGENTMSG_EXTENSION: out->kind = extension_read(&w, out); break;
	default: out->kind = wire_ok(&w) ? REQUEST_OTHER : REQUEST_BAD; break;
	}
}

bool
agentmsg_identity_next(struct agentmsg_identities *l, struct agentmsg_identity *out)
{
	if (l->count == 0)
		return false;
	l->count--;
	out->blob = wire_string(&l->at);
	out->comment = wire_string(&l->at);
	return wire_ok(&l->at);
}

int
agentmsg_identities(struct span untrusted_body, struct agentmsg_identities *out)
{
	struct agentmsg_identities walk;
	struct agentmsg_identity id;
	uint8_t type;

	wire_open(&out->at, untrusted_body);
	type = wire_u8(&out->at);
	out->count = wire_u32(&out->at);
	if (!wire_ok(&out->at) || type != AGENTMSG_LIST_ANSWER || out->count > LIMIT_IDENTITIES)
		return -EBADMSG;
	walk = *out;
	while (agentmsg_identity_next(&walk, &id))
		;
	return wire_done(&walk.at) ? 0 : -EBADMSG;
}

struct span
agentmsg_failure(void)
{
	static const uint8_t body[] = { AGENTMSG_FAILURE };

	return (struct span){ body, sizeof(body) };
}

void
agentmsg_query_answer(struct wire_out *out, void *buf, size_t size)
{
	wire_out_open(out, buf, size);
	wire_put_u8(out, AGENTMSG_EXTENSION_ANSWER);
	wire_put_string(out, span_of("query"));
	wire_put_string(out, span_of("query"));
	wire_put_string(out, span_of("session-bind@openssh.com"));
}

bool
agentmsg_is_signature(struct span untrusted_body)
{
	struct wire w;
	uint8_t type;

	wire_open(&w, untrusted_body);
	type = wire_u8(&w);
	wire_string(&w);
	return wire_done(&w) && type == AGENTMSG_SIGN_ANSWER;
}
