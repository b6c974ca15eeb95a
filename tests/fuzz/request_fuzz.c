/* SPDX-License-Identifier: ISC */
/* A request that was decoded is exactly what its fields encode: nothing left over, nothing made up. */
#include "base/limits.h"
#include "ssh/agentmsg.h"

#include "fuzz.h"

static void
encode(struct wire_out *o, const struct agentmsg_request *r, uint8_t forwarding)
{
	wire_put_u8(o, r->type);
	if (r->kind == REQUEST_SIGN) {
		wire_put_string(o, r->sign.key);
		wire_put_string(o, r->sign.data);
		wire_put_u32(o, r->sign.flags);
	} else if (r->kind == REQUEST_BIND) {
		wire_put_string(o, span_of("session-bind@openssh.com"));
		wire_put_string(o, r->bind.hostkey);
		wire_put_string(o, r->bind.session_id);
		wire_put_string(o, r->bind.signature);
		wire_put_u8(o, forwarding);
	} else if (r->kind == REQUEST_QUERY) {
		wire_put_string(o, span_of("query"));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = { data, size };
	struct agentmsg_request r;
	struct wire_out o;
	uint8_t *buf;

	agentmsg_request(body, &r);
	if (PLANTED && r.kind == REQUEST_SIGN && r.sign.flags == 6)
		r.sign.flags = 4;
	MUST(r.type == (size > 0 ? data[0] : 0));
	if (r.kind == REQUEST_OTHER)
		MUST(r.type != AGENTMSG_LIST && r.type != AGENTMSG_SIGN);
	if (r.kind == REQUEST_OTHER || r.kind == REQUEST_BAD)
		return 0;
	if (r.kind == REQUEST_BIND) {
		MUST(r.bind.session_id.len > 0 && r.bind.session_id.len <= LIMIT_SESSION_ID);
		MUST(r.bind.forwarding == (data[size - 1] != 0));
	}
	buf = malloc(size + 64);
	MUST(buf != NULL);
	wire_out_open(&o, buf, size + 64);
	encode(&o, &r, data[size - 1]);
	MUST(span_eq(wire_out_span(&o), body));
	free(buf);
	return 0;
}
