/* SPDX-License-Identifier: ISC */
#include "client/answer.h"

#include "base/text.h"

static bool
is_byte(struct span s, uint8_t type)
{
	return s.len == 1 && s.p[0] == type;
}

bool
answer_fits(enum request_kind kind, struct span untrusted_answer)
{
	struct agentmsg_identities list;

	if (is_byte(untrusted_answer, AGENTMSG_FAILURE))
		return true;
	switch (kind) {
	case REQUEST_LIST: return agentmsg_identities(untrusted_answer, &list) == 0;
	case REQUEST_SIGN: return agentmsg_is_signature(untrusted_answer);
	case REQUEST_BIND:
		return is_byte(untrusted_answer, AGENTMSG_SUCCESS) ||
		       is_byte(untrusted_answer, AGENTMSG_EXTENSION_FAILURE);
	case REQUEST_QUERY:
	case REQUEST_OTHER:
	case REQUEST_BAD: break;
	}
	return false;
}

struct span
answer_comment(struct span untrusted_comment, char buf[ANSWER_COMMENT_SIZE])
{
	struct text t;

	if (text_is_plain(untrusted_comment))
		return untrusted_comment;
	text_open(&t, buf, ANSWER_COMMENT_SIZE);
	text_untrusted(&t, untrusted_comment, ANSWER_COMMENT_SHOWN);
	return span_of(text_str(&t));
}

static bool
is_plain(struct agentmsg_identities list)
{
	struct agentmsg_identity id;

	while (agentmsg_identity_next(&list, &id))
		if (!text_is_plain(id.comment))
			return false;
	return true;
}

static struct span
copy(struct agentmsg_identities list, uint8_t buf[LIMIT_FRAME], bool escape)
{
	char comment[ANSWER_COMMENT_SIZE];
	struct agentmsg_identity id;
	struct wire_out out;

	wire_out_open(&out, buf, LIMIT_FRAME);
	wire_put_u8(&out, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&out, list.count);
	while (agentmsg_identity_next(&list, &id)) {
		wire_put_string(&out, id.blob);
		if (escape || text_is_plain(id.comment))
			wire_put_string(&out, answer_comment(id.comment, comment));
		else
			wire_put_string(&out, span_of(""));
	}
	return wire_out_span(&out);
}

struct span
answer_inert(struct span list, uint8_t buf[LIMIT_FRAME])
{
	struct agentmsg_identities l;
	struct span escaped;

	if (agentmsg_identities(list, &l) < 0 || is_plain(l))
		return list;
	escaped = copy(l, buf, true);
	return escaped.len > 0 ? escaped : copy(l, buf, false);
}
