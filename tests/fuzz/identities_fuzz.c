/* SPDX-License-Identifier: ISC */
/* A list of identities that was taken is exactly what its entries encode, and never longer than the limit. */
#include "base/limits.h"
#include "ssh/agentmsg.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = { data, size };
	struct agentmsg_identities l;
	struct agentmsg_identity id;
	struct wire_out o;
	uint8_t *buf;
	uint32_t n = 0;

	if (agentmsg_identities(body, &l) < 0)
		return 0;
	MUST(l.count <= LIMIT_IDENTITIES);
	buf = malloc(size);
	MUST(buf != NULL);
	wire_out_open(&o, buf, size);
	wire_put_u8(&o, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&o, l.count);
	while (agentmsg_identity_next(&l, &id)) {
		if (PLANTED && n == 2)
			continue;
		wire_put_string(&o, id.blob);
		wire_put_string(&o, id.comment);
		n++;
	}
	MUST(span_eq(wire_out_span(&o), body));
	free(buf);
	return 0;
}
