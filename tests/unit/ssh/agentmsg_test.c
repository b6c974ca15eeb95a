/* SPDX-License-Identifier: ISC */
#include "ssh/agentmsg.h"

#include "base/limits.h"
#include "check.h"
#include "maker.h"

#include <errno.h>
#include <string.h>

static enum request_kind
kind(const void *body, size_t len)
{
	struct agentmsg_request r;

	agentmsg_request(bytes(body, len), &r);
	return r.kind;
}

static void
an_empty_message_is_bad(void)
{
	struct agentmsg_request r;

	agentmsg_request(bytes(NULL, 0), &r);
	CHECK(r.kind == REQUEST_BAD && r.type == 0);
}

static void
a_list_is_one_byte(void)
{
	CHECK(kind("\x0b", 1) == REQUEST_LIST);
	CHECK(kind("\x0b\0", 2) == REQUEST_BAD);
}

static void
whatever_is_not_spoken_is_other(void)
{
	for (int type = 0; type < 256; type++) {
		uint8_t body[2] = { (uint8_t)type, 0 };

		if (type != AGENTMSG_LIST && type != AGENTMSG_SIGN && type != AGENTMSG_EXTENSION)
			CHECK(kind(body, 2) == REQUEST_OTHER && kind(body, 1) == REQUEST_OTHER);
	}
}

static void
an_unknown_extension_is_other_and_a_torn_one_bad(void)
{
	CHECK(kind("\x1b\0\0\0\1x", 6) == REQUEST_OTHER);
	CHECK(kind("\x1b\0\0\0\1xyz", 8) == REQUEST_OTHER);
	CHECK(kind("\x1b\0\0\0\2x", 6) == REQUEST_BAD);
	CHECK(kind("\x1b", 1) == REQUEST_BAD);
	CHECK(kind("\x1b\0\0\0\5query", 10) == REQUEST_QUERY);
	CHECK(kind("\x1b\0\0\0\5query\0", 11) == REQUEST_BAD);
}

static struct span
sign_message(struct maker *m, const char *key, const char *data, uint32_t flags)
{
	maker_open(m);
	wire_put_u8(&m->w, AGENTMSG_SIGN);
	put(m, key);
	put(m, data);
	wire_put_u32(&m->w, flags);
	return made(m);
}

static void
a_sign_request_has_a_key_data_and_known_flags(void)
{
	struct agentmsg_request r;
	struct maker m;
	struct span body = sign_message(&m, "key", "data", 4);

	agentmsg_request(body, &r);
	CHECK(r.kind == REQUEST_SIGN && r.type == 13);
	CHECK(span_is(r.sign.key, "key") && span_is(r.sign.data, "data") && r.sign.flags == AGENTMSG_RSA_SHA2_512);
	for (size_t len = 1; len < body.len; len++)
		CHECK(kind(body.p, len) == REQUEST_BAD);
	wire_put_u8(&m.w, 0);
	CHECK(kind(made(&m).p, made(&m).len) == REQUEST_BAD);
}

static void
a_sign_request_without_a_key_or_with_an_unknown_flag_is_bad(void)
{
	struct maker m;
	struct span s;

	s = sign_message(&m, "", "data", 0);
	CHECK(kind(s.p, s.len) == REQUEST_BAD);
	for (unsigned bit = 0; bit < 32; bit++) {
		s = sign_message(&m, "key", "data", 1u << bit);
		CHECK(kind(s.p, s.len) == (bit == 1 || bit == 2 ? REQUEST_SIGN : REQUEST_BAD));
	}
	s = sign_message(&m, "key", "data", 6);
	CHECK(kind(s.p, s.len) == REQUEST_SIGN);
	s = sign_message(&m, "key", "", 0);
	CHECK(kind(s.p, s.len) == REQUEST_SIGN);
}

static struct span
bind_message(struct maker *m, const char *hostkey, size_t sid_len, uint8_t forwarding)
{
	static const uint8_t sid[LIMIT_SESSION_ID + 1] = { 1 };

	maker_open(m);
	wire_put_u8(&m->w, AGENTMSG_EXTENSION);
	put(m, "session-bind@openssh.com");
	put(m, hostkey);
	wire_put_string(&m->w, bytes(sid, sid_len));
	put(m, "signature");
	wire_put_u8(&m->w, forwarding);
	return made(m);
}

static void
a_bind_has_a_host_key_a_session_id_a_signature_and_a_flag(void)
{
	struct agentmsg_request r;
	struct maker m;
	struct span body = bind_message(&m, "host", 64, 0);

	agentmsg_request(body, &r);
	CHECK(r.kind == REQUEST_BIND && r.type == 27 && !r.bind.forwarding);
	CHECK(span_is(r.bind.hostkey, "host") && r.bind.session_id.len == 64 && span_is(r.bind.signature, "signature"));
	for (size_t len = 1; len < body.len; len++)
		CHECK(kind(body.p, len) != REQUEST_BIND);
	wire_put_u8(&m.w, 0);
	CHECK(kind(made(&m).p, made(&m).len) == REQUEST_BAD);
	agentmsg_request(bind_message(&m, "host", 64, 1), &r);
	CHECK(r.kind == REQUEST_BIND && r.bind.forwarding);
	agentmsg_request(bind_message(&m, "host", 64, 2), &r);
	CHECK(r.kind == REQUEST_BIND && r.bind.forwarding);
}

static void
a_session_id_has_1_to_128_bytes(void)
{
	struct agentmsg_request r;
	struct maker m;

	agentmsg_request(bind_message(&m, "host", 0, 0), &r);
	CHECK(r.kind == REQUEST_BAD);
	agentmsg_request(bind_message(&m, "host", 1, 0), &r);
	CHECK(r.kind == REQUEST_BIND);
	agentmsg_request(bind_message(&m, "host", 128, 0), &r);
	CHECK(r.kind == REQUEST_BIND);
	agentmsg_request(bind_message(&m, "host", 129, 0), &r);
	CHECK(r.kind == REQUEST_BAD);
	agentmsg_request(bind_message(&m, "", 64, 0), &r);
	CHECK(r.kind == REQUEST_BAD);
}

static void
identities_are_walked_in_order(void)
{
	struct agentmsg_identities l;
	struct agentmsg_identity id;
	struct maker m;

	maker_open(&m);
	wire_put_u8(&m.w, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&m.w, 2);
	put(&m, "one");
	put(&m, "first");
	put(&m, "two");
	put(&m, "");
	CHECK(agentmsg_identities(made(&m), &l) == 0 && l.count == 2);
	CHECK(agentmsg_identity_next(&l, &id) && span_is(id.blob, "one") && span_is(id.comment, "first"));
	CHECK(agentmsg_identity_next(&l, &id) && span_is(id.blob, "two") && span_is(id.comment, ""));
	CHECK(!agentmsg_identity_next(&l, &id));
	for (size_t len = 0; len < made(&m).len; len++)
		CHECK(agentmsg_identities(bytes(made(&m).p, len), &l) == -EBADMSG);
	put(&m, "");
	CHECK(agentmsg_identities(made(&m), &l) == -EBADMSG);
	m.buf[0] = AGENTMSG_LIST;
	CHECK(agentmsg_identities(made(&m), &l) == -EBADMSG);
}

static void
more_identities_than_the_limit_are_refused(void)
{
	static uint8_t body[5 + 8 * (LIMIT_IDENTITIES + 1)];
	struct agentmsg_identities l;

	body[0] = AGENTMSG_LIST_ANSWER;
	wire_set32(body + 1, LIMIT_IDENTITIES);
	CHECK(agentmsg_identities(bytes(body, sizeof(body) - 8), &l) == 0);
	wire_set32(body + 1, LIMIT_IDENTITIES + 1);
	CHECK(agentmsg_identities(bytes(body, sizeof(body)), &l) == -EBADMSG);
	wire_set32(body + 1, 0);
	CHECK(agentmsg_identities(bytes(body, 5), &l) == 0);
}

static void
a_signature_answer_is_one_string(void)
{
	CHECK(agentmsg_is_signature(bytes("\x0e\0\0\0\3sig", 8)));
	CHECK(!agentmsg_is_signature(bytes("\x0e\0\0\0\3sig\0", 9)));
	CHECK(!agentmsg_is_signature(bytes("\x0e\0\0\0\3si", 7)));
	CHECK(!agentmsg_is_signature(bytes("\x05", 1)));
	CHECK(!agentmsg_is_signature(bytes("\x06\0\0\0\3sig", 8)));
	CHECK(!agentmsg_is_signature(bytes(NULL, 0)));
}

int
main(void)
{
	TEST(an_empty_message_is_bad);
	TEST(a_list_is_one_byte);
	TEST(whatever_is_not_spoken_is_other);
	TEST(an_unknown_extension_is_other_and_a_torn_one_bad);
	TEST(a_sign_request_has_a_key_data_and_known_flags);
	TEST(a_sign_request_without_a_key_or_with_an_unknown_flag_is_bad);
	TEST(a_bind_has_a_host_key_a_session_id_a_signature_and_a_flag);
	TEST(a_session_id_has_1_to_128_bytes);
	TEST(identities_are_walked_in_order);
	TEST(more_identities_than_the_limit_are_refused);
	TEST(a_signature_answer_is_one_string);
	return check_done();
}
