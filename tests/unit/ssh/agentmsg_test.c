/* SPDX-License-Identifier: ISC */
#include "ssh/agentmsg.h"

#include "base/base64.h"
#include "base/limits.h"
#include "captured.h"
#include "check.h"

#include <errno.h>
#include <string.h>

static struct span
bytes(const void *p, size_t len)
{
	return (struct span){ p, len };
}

/* A message in the making. */
struct maker {
	struct wire_out w;
	uint8_t buf[8192];
};

static void
maker_open(struct maker *m)
{
	wire_out_open(&m->w, m->buf, sizeof(m->buf));
}

static void
put(struct maker *m, const char *s)
{
	wire_put_string(&m->w, span_of(s));
}

static struct span
made(const struct maker *m)
{
	return wire_out_span(&m->w);
}

static struct span
ed25519(struct maker *m, uint8_t fill)
{
	uint8_t pk[32];

	memset(pk, fill, sizeof(pk));
	maker_open(m);
	put(m, "ssh-ed25519");
	wire_put_string(&m->w, bytes(pk, sizeof(pk)));
	return made(m);
}

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

static void
a_sequence_ends_where_it_is_torn(void)
{
	struct span seq = bytes("\0\0\0\1a\0\0\0\0\0\0\0\2b", 14);
	struct span s;

	CHECK(agentmsg_next(&seq, &s) && span_is(s, "a"));
	CHECK(agentmsg_next(&seq, &s) && span_is(s, ""));
	CHECK(!agentmsg_next(&seq, &s) && seq.len == 5);
	CHECK(!agentmsg_next(&seq, &s) && seq.len == 5);
	seq = bytes(NULL, 0);
	CHECK(!agentmsg_next(&seq, &s) && seq.len == 0);
}

static void
a_plain_key_is_its_type_and_its_fields(void)
{
	struct agentmsg_key k;
	struct maker m;
	struct span blob = ed25519(&m, 7);

	CHECK(agentmsg_key(blob, &k) == 0);
	CHECK(span_is(k.type, "ssh-ed25519") && k.fields.len == 36 && !k.certified);
	for (size_t len = 0; len < blob.len; len++)
		CHECK(agentmsg_key(bytes(blob.p, len), &k) == -EINVAL);
	wire_put_u8(&m.w, 0);
	CHECK(agentmsg_key(made(&m), &k) == -EINVAL);
}

static void
a_key_of_an_unknown_type_is_a_key(void)
{
	struct agentmsg_key k;
	struct maker m;

	maker_open(&m);
	put(&m, "ssh-ed448");
	wire_put_raw(&m.w, span_of("anything"));
	CHECK(agentmsg_key(made(&m), &k) == 0);
	CHECK(span_is(k.type, "ssh-ed448") && span_is(k.fields, "anything"));
	maker_open(&m);
	put(&m, "ssh-certain-certs");
	CHECK(agentmsg_key(made(&m), &k) == 0);
	maker_open(&m);
	put(&m, "");
	CHECK(agentmsg_key(made(&m), &k) == -EINVAL);
}

/*
 * The key in it can't be found: a rule about that key would be slipped past.
 * IETF's drafts have names without version and domain.
 */
static void
a_certificate_of_an_unknown_type_is_told_from_a_key(void)
{
	static const char *const names[] = { "ssh-ed448-cert-v01@openssh.com", "ssh-ed448-cert-v02@example.org",
		"ssh-ed448-cert", "ssh-mldsa87-ed448-cert", "ssh-ed448-cert@example.org", "a-certb-cert-v1" };
	struct agentmsg_key k;
	struct maker m;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		maker_open(&m);
		put(&m, names[i]);
		wire_put_raw(&m.w, span_of("anything"));
		CHECK(agentmsg_key(made(&m), &k) == -EPROTONOSUPPORT);
	}
	CHECK(strstr(agentmsg_refusal(-EPROTONOSUPPORT), "this version does not know") != NULL);
	CHECK(strstr(agentmsg_refusal(-EINVAL), "malformed") != NULL);
	CHECK(strstr(agentmsg_refusal(-EKEYREJECTED), "another key") != NULL);
	CHECK(strstr(agentmsg_refusal(-EBADMSG), "begins like") != NULL);
}

static struct span
mldsa(struct maker *m, const char *type, size_t len)
{
	static const uint8_t pk[1312 + 33] = { 9 };

	maker_open(m);
	put(m, type);
	if (strstr(type, "-cert") != NULL)
		put(m, "nonce");
	wire_put_string(&m->w, bytes(pk, len));
	return made(m);
}

/* OpenSSH 10.4 and 10.5, and then 10.6: the ML-DSA key and the Ed25519 key in one string (ssh-mldsa-eddsa.c). */
static void
try_mldsa(const char *type, const char *certificate)
{
	struct agentmsg_key plain, certified;
	struct maker k, m, ca;

	CHECK(agentmsg_key(mldsa(&k, type, 1344), &plain) == 0);
	CHECK(agentmsg_key(mldsa(&m, type, 1343), &certified) == -EINVAL);
	CHECK(agentmsg_key(mldsa(&m, type, 1345), &certified) == -EINVAL);
	mldsa(&m, certificate, 1344);
	for (int i = 0; i < 2; i++)
		wire_put_u32(&m.w, 0); /* serial */
	wire_put_u32(&m.w, 1);
	for (int i = 0; i < 2; i++)
		put(&m, ""); /* id, principals */
	for (int i = 0; i < 4; i++)
		wire_put_u32(&m.w, 0xffffffff);
	for (int i = 0; i < 3; i++)
		put(&m, ""); /* critical, extensions, reserved */
	wire_put_string(&m.w, ed25519(&ca, 7));
	put(&m, "signature");
	CHECK(agentmsg_key(made(&m), &certified) == 0 && certified.certified);
	CHECK(agentmsg_key_same(&plain, &certified));
}

static void
a_key_in_hardware_is_known_by_its_type(void)
{
	struct agentmsg_key key = { .type = span_of("sk-ssh-ed25519@openssh.com") };

	CHECK(agentmsg_key_is_hardware(&key));
	key.type = span_of("sk-ecdsa-sha2-nistp256@openssh.com");
	CHECK(agentmsg_key_is_hardware(&key));
	key.type = span_of("ssh-ed25519");
	CHECK(!agentmsg_key_is_hardware(&key));
	key.type = span_of("sk");
	CHECK(!agentmsg_key_is_hardware(&key));
}

static void
an_mldsa_key_is_found_in_its_certificate(void)
{
	struct agentmsg_key key;
	struct maker m;

	try_mldsa("ssh-mldsa44-ed25519@openssh.com", "ssh-mldsa44-ed25519-cert-v01@openssh.com");
	try_mldsa("ssh-mldsa44-ed25519", "ssh-mldsa44-ed25519-cert");
	CHECK(agentmsg_key(mldsa(&m, "MLDSA44-ed25519", 1344), &key) == -EINVAL); /* ssh's other name for it */
}

static bool
is_key(const struct maker *m)
{
	struct agentmsg_key k;

	return agentmsg_key(made(m), &k) == 0;
}

/*
 * OpenSSH's agent signs for these as for the key's own name, so that a deny rule about the key's hash would not
 * see them.
 */
static void
a_key_under_another_name_is_none(void)
{
	static const char *const names[] = { "rsa", "RSA", "rsa-sha2-256", "rsa-sha2-512", "ed25519", "ED25519",
		"Ed25519-SK", "dsa", "ECDSA", "ecdsa-sk", "XMSS", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct maker m;

		maker_open(&m);
		put(&m, names[i]);
		wire_put_raw(&m.w, span_of("anything"));
		CHECK(!is_key(&m));
	}
}

static bool
is_rsa(struct span e, struct span n)
{
	struct maker m;

	maker_open(&m);
	put(&m, "ssh-rsa");
	wire_put_string(&m.w, e);
	wire_put_string(&m.w, n);
	return is_key(&m);
}

/* OpenSSH's agent takes leading zero bytes too: one key, many hashes. */
static void
an_mpint_has_one_encoding(void)
{
	struct span e = bytes("\1\0\1", 3), n = bytes("\0\x91\x49", 3);

	CHECK(is_rsa(e, n));
	CHECK(!is_rsa(bytes("\0\1\0\1", 4), n));
	CHECK(!is_rsa(e, bytes("\0\0\x91\x49", 4)));
	CHECK(!is_rsa(e, bytes("\x91\x49", 2)));
	CHECK(!is_rsa(e, bytes("", 0)) && !is_rsa(bytes("", 0), n));
	CHECK(!is_rsa(e, bytes("\0", 1)) && !is_rsa(e, bytes("\0\x7f", 2)));
	CHECK(is_rsa(bytes("\3", 1), n));
}

static bool
is_ecdsa(const char *type, const char *curve, uint8_t first, size_t len)
{
	uint8_t point[200] = { first };
	struct maker m;

	maker_open(&m);
	put(&m, type);
	put(&m, curve);
	wire_put_string(&m.w, bytes(point, len));
	return is_key(&m);
}

static void
a_point_is_on_its_own_curve_and_uncompressed(void)
{
	CHECK(is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 4, 65));
	CHECK(is_ecdsa("ecdsa-sha2-nistp384", "nistp384", 4, 97));
	CHECK(is_ecdsa("ecdsa-sha2-nistp521", "nistp521", 4, 133));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp384", 4, 65));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 4, 64));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 4, 66));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp384", "nistp384", 4, 96));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp384", "nistp384", 4, 98));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp521", "nistp521", 4, 132));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp521", "nistp521", 4, 134));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 2, 33));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 6, 65));
	CHECK(!is_ecdsa("ecdsa-sha2-nistp256", "nistp256", 4, 0));
}

static void
an_ed25519_key_has_32_bytes(void)
{
	for (size_t len = 30; len < 35; len++) {
		static const uint8_t pk[35];
		struct maker m;

		maker_open(&m);
		put(&m, "ssh-ed25519");
		wire_put_string(&m.w, bytes(pk, len));
		CHECK(is_key(&m) == (len == 32));
		maker_open(&m);
		put(&m, "sk-ssh-ed25519@openssh.com");
		wire_put_string(&m.w, bytes(pk, len));
		put(&m, "ssh:");
		CHECK(is_key(&m) == (len == 32));
	}
}

/* A captured SIGN request, taken apart. */
struct asked {
	struct agentmsg_sign sign;
	struct agentmsg_key key;
	struct agentmsg_signed what;
	int err;
};

static struct asked
ask(const char *hex)
{
	struct agentmsg_request r;
	struct asked a;

	agentmsg_request(captured(hex), &r);
	CHECK(r.kind == REQUEST_SIGN);
	a.sign = r.sign;
	CHECK(agentmsg_key(r.sign.key, &a.key) == 0);
	a.err = agentmsg_signed(r.sign.data, &a.key, &a.what);
	CHECK(span_eq(a.what.data, r.sign.data));
	return a;
}

static bool
has_fingerprint(const struct agentmsg_key *k, const char *fingerprint)
{
	uint8_t hash[SHA256_SIZE];
	char out[45];

	agentmsg_key_hash(k, hash);
	return base64_encode(bytes(hash, sizeof(hash)), out, sizeof(out)) == 44 && strlen(fingerprint) == 50 &&
	       strncmp(fingerprint + 7, out, 43) == 0;
}

static void
ssh_binds_and_logs_in_by_the_hostbound_method(void)
{
	struct asked a = ask(captured_login_hostbound);
	struct agentmsg_request r;
	struct agentmsg_key host;

	agentmsg_request(captured(captured_bind), &r);
	CHECK(r.kind == REQUEST_BIND && !r.bind.forwarding);
	CHECK(agentmsg_key(r.bind.hostkey, &host) == 0 && has_fingerprint(&host, CAPTURED_HOST));
	CHECK(a.err == 0 && a.what.purpose == PURPOSE_LOGIN && a.what.hostbound);
	CHECK(span_is(a.what.user, "root") && span_is(a.what.algorithm, "ssh-ed25519"));
	CHECK(span_eq(a.what.session_id, r.bind.session_id) && span_eq(a.what.hostkey, r.bind.hostkey));
	CHECK(has_fingerprint(&a.key, CAPTURED_WORK));
	CHECK(a.what.ns.len == 0 && a.what.hash.len == 0 && a.what.subject.type.len == 0);
}

static void
ssh_logs_in_by_the_plain_method(void)
{
	struct asked a = ask(captured_login_plain);

	CHECK(a.err == 0 && a.what.purpose == PURPOSE_LOGIN && !a.what.hostbound);
	CHECK(a.what.hostkey.len == 0 && span_is(a.what.user, "root") && a.what.session_id.len == 64);
}

static void
every_kind_of_key_logs_in(void)
{
	struct asked a = ask(captured_login_rsa);

	CHECK(a.err == 0 && span_is(a.what.algorithm, "rsa-sha2-512") && has_fingerprint(&a.key, CAPTURED_RSA));
	CHECK(a.sign.flags == AGENTMSG_RSA_SHA2_512);
	a = ask(captured_login_rsa_plain);
	CHECK(a.err == 0 && span_is(a.what.algorithm, "rsa-sha2-256") && a.sign.flags == AGENTMSG_RSA_SHA2_256);
	a = ask(captured_login_ecdsa);
	CHECK(
	    a.err == 0 && span_is(a.what.algorithm, "ecdsa-sha2-nistp256") && has_fingerprint(&a.key, CAPTURED_ECDSA));
	a = ask(captured_login_dbclient);
	CHECK(a.err == 0 && a.what.purpose == PURPOSE_LOGIN && !a.what.hostbound && span_is(a.what.user, "root"));
}

static void
a_certificate_over_the_key_logs_in(void)
{
	struct asked a = ask(captured_login_certified);

	CHECK(a.err == 0 && a.what.purpose == PURPOSE_LOGIN);
	CHECK(span_is(a.what.algorithm, "ssh-ed25519-cert-v01@openssh.com"));
	a = ask(captured_login_rsa_certified);
	CHECK(a.err == 0 && span_is(a.what.algorithm, "rsa-sha2-512-cert-v01@openssh.com"));
}

static void
pam_ssh_agent_auth_is_told_from_a_login(void)
{
	struct asked a = ask(captured_pam);

	CHECK(a.err == 0 && a.what.purpose == PURPOSE_PAM);
	CHECK(span_is(a.what.user, "root") && span_is(a.what.algorithm, "ssh-ed25519"));
	CHECK(a.what.session_id.len == 0);
}

static void
ssh_keygen_and_git_sign(void)
{
	struct asked a = ask(captured_sshsig_git);

	CHECK(a.err == 0 && a.what.purpose == PURPOSE_SSHSIG && span_is(a.what.ns, "git") &&
	      span_is(a.what.hash, "sha512"));
	a = ask(captured_sshsig_file);
	CHECK(a.err == 0 && a.what.purpose == PURPOSE_SSHSIG && span_is(a.what.ns, "file"));
	CHECK(agentmsg_is_signature(captured(captured_signature)));
}

static void
ssh_keygen_issues_a_user_certificate(void)
{
	struct asked a = ask(captured_certify_user);
	const struct agentmsg_cert *c = &a.what.subject.cert;
	struct span rest = c->principals, s;

	CHECK(a.err == 0 && a.what.purpose == PURPOSE_CERTIFICATE && a.what.subject.certified);
	CHECK(has_fingerprint(&a.key, CAPTURED_CA) && has_fingerprint(&a.what.subject, CAPTURED_WORK));
	CHECK(c->serial == 42 && c->type == 1 && span_is(c->id, "root cert"));
	CHECK(agentmsg_next(&rest, &s) && span_is(s, "root") && rest.len == 0);
	CHECK(c->valid_after == 1767225600 && c->valid_before == 1798675200);
	CHECK(c->critical.len == 0 && span_eq(c->authority, a.sign.key));
	rest = c->extensions;
	CHECK(
	    agentmsg_next(&rest, &s) && span_is(s, "permit-X11-forwarding") && agentmsg_next(&rest, &s) && s.len == 0);
}

static void
ssh_keygen_issues_a_host_certificate(void)
{
	struct asked a = ask(captured_certify_host);
	const struct agentmsg_cert *c = &a.what.subject.cert;

	CHECK(a.err == 0 && has_fingerprint(&a.what.subject, CAPTURED_P384));
	CHECK(c->type == 2 && span_is(c->id, "build host"));
	CHECK(c->valid_after == 0 && c->valid_before == UINT64_MAX);
}

static void
every_kind_of_key_is_certified(void)
{
	struct asked a = ask(captured_certify_sk);
	struct span rest = a.what.subject.cert.critical, s;

	CHECK(a.err == 0 && a.what.purpose == PURPOSE_CERTIFICATE && has_fingerprint(&a.what.subject, CAPTURED_SK));
	CHECK(agentmsg_next(&rest, &s) && span_is(s, "force-command"));
	CHECK(has_fingerprint(&a.key, CAPTURED_RSA));
	a = ask(captured_certify_sk_ecdsa);
	CHECK(a.err == 0 && has_fingerprint(&a.what.subject, CAPTURED_SK_ECDSA) &&
	      a.what.subject.cert.principals.len == 0);
	a = ask(captured_certify_rsa);
	CHECK(a.err == 0 && has_fingerprint(&a.what.subject, CAPTURED_RSA));
	a = ask(captured_certify_dsa);
	CHECK(a.err == 0 && has_fingerprint(&a.what.subject, CAPTURED_DSA));
	a = ask(captured_certify_p521);
	CHECK(a.err == 0 && has_fingerprint(&a.what.subject, CAPTURED_P521));
}

/*
 * One byte less or more of anything captured is no longer what it was: refused, or opaque where not even its
 * beginning is left.
 */
static void
a_torn_or_longer_payload_is_not_what_it_was(void)
{
	static const char *const all[] = { captured_login_hostbound, captured_login_plain, captured_login_certified,
		captured_pam, captured_sshsig_git, captured_certify_user, captured_certify_host };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct asked a = ask(all[i]);
		struct agentmsg_signed torn;
		bool begun = false;
		uint8_t longer[2048];

		for (size_t len = 0; len < a.sign.data.len; len++) {
			int err = agentmsg_signed(bytes(a.sign.data.p, len), &a.key, &torn);

			CHECK(err == 0 ? torn.purpose == PURPOSE_OPAQUE
				       : err == -EBADMSG && torn.purpose == a.what.purpose);
			CHECK(err == -EBADMSG || !begun);
			begun = err == -EBADMSG;
			CHECK(
			    torn.subject.type.len == 0 && torn.ns.len == 0 && torn.hostkey.len == 0 && !torn.hostbound);
		}
		CHECK(begun);
		memcpy(longer, a.sign.data.p, a.sign.data.len);
		longer[a.sign.data.len] = 0;
		CHECK(agentmsg_signed(bytes(longer, a.sign.data.len + 1), &a.key, &torn) == -EBADMSG &&
		      torn.purpose == a.what.purpose);
	}
}

static void
a_payload_that_names_another_key_is_refused(void)
{
	static const char *const all[] = { captured_login_hostbound, captured_login_plain, captured_login_certified,
		captured_pam, captured_certify_user, captured_certify_sk };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct asked a = ask(all[i]);
		struct agentmsg_signed what;
		struct agentmsg_key other;
		struct maker m;

		CHECK(agentmsg_key(ed25519(&m, 9), &other) == 0);
		CHECK(agentmsg_signed(a.sign.data, &other, &what) == -EKEYREJECTED);
		CHECK(what.purpose == a.what.purpose);
	}
}

static void
an_sshsig_names_no_key(void)
{
	struct asked a = ask(captured_sshsig_git);
	struct agentmsg_key other;
	struct maker m;

	CHECK(agentmsg_key(ed25519(&m, 9), &other) == 0);
	CHECK(agentmsg_signed(a.sign.data, &other, &a.what) == 0 && a.what.purpose == PURPOSE_SSHSIG);
}

/* A login's fields, each of which a test may change. */
struct login {
	const char *session_id;
	uint8_t message;
	const char *user;
	const char *service;
	const char *method;
	uint8_t signs;
	const char *algorithm;
	struct span key;
	struct span hostkey; /* with the hostbound method */
};

static const struct login good_login = { "session", 50, "git", "ssh-connection", "publickey", 1, "ssh-ed25519",
	{ NULL, 0 }, { NULL, 0 } };

/* What a payload is taken for, under the key in it. */
static int
login_signed(const struct login *l, struct agentmsg_signed *what)
{
	struct maker m, key_maker;
	struct span blob = ed25519(&key_maker, 7);
	struct agentmsg_key key;

	CHECK(agentmsg_key(blob, &key) == 0);
	maker_open(&m);
	put(&m, l->session_id);
	wire_put_u8(&m.w, l->message);
	put(&m, l->user);
	put(&m, l->service);
	put(&m, l->method);
	wire_put_u8(&m.w, l->signs);
	put(&m, l->algorithm);
	wire_put_string(&m.w, l->key.p == NULL ? blob : l->key);
	if (l->hostkey.p != NULL)
		wire_put_string(&m.w, l->hostkey);
	return agentmsg_signed(made(&m), &key, what);
}

/* It is a login; or it begins like one, and is refused. */
static bool
is_login(const struct login *l)
{
	struct agentmsg_signed what;
	int error = login_signed(l, &what);

	CHECK(error == 0 || error == -EBADMSG);
	CHECK(what.purpose == PURPOSE_LOGIN);
	return error == 0;
}

static bool
is_opaque(const struct login *l)
{
	struct agentmsg_signed what;

	return login_signed(l, &what) == 0 && what.purpose == PURPOSE_OPAQUE;
}

static void
each_field_of_a_login_counts(void)
{
	struct login l = good_login;

	CHECK(is_login(&l));
	l.session_id = "";
	CHECK(!is_login(&l));
	l = good_login;
	l.message = 51;
	CHECK(is_opaque(&l));
	l.message = 54;
	CHECK(!is_login(&l));
	l = good_login;
	l.service = "ssh-agent";
	CHECK(is_opaque(&l));
	l = good_login;
	l.hostkey = span_of("host");
	CHECK(!is_login(&l)); /* left over by the plain method */
	l.method = "publickey-hostbound-v00@openssh.com";
	CHECK(is_login(&l));
	l.hostkey.p = NULL;
	CHECK(!is_login(&l)); /* missing from the hostbound one */
	l = good_login;
	l.user = "";
	CHECK(is_login(&l));
}

/* Host-based logins, and what servers of before 2017 took from clients with old faults, would log in as well. */
static void
what_begins_like_a_login_is_refused(void)
{
	struct login l = good_login;
	struct agentmsg_signed what;

	l.method = "hostbased";
	CHECK(login_signed(&l, &what) == -EBADMSG && what.purpose == PURPOSE_LOGIN && span_is(what.user, "git"));
	l = good_login;
	l.service = "ssh-userauth";
	CHECK(login_signed(&l, &what) == -EBADMSG && what.purpose == PURPOSE_LOGIN);
}

/* A reader of C strings stops at the NUL. */
static void
a_user_with_a_control_byte_is_refused(void)
{
	static const char users[][8] = { "git\1", "git\n", "\tgit", "git\x7f", "git\x1f" };
	struct agentmsg_signed what;
	struct login l = good_login;
	struct agentmsg_key key;
	struct maker m, key_maker;

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		l.user = users[i];
		CHECK(!is_login(&l));
	}
	l.user = "git \x80\xff";
	CHECK(is_login(&l));
	CHECK(agentmsg_key(ed25519(&key_maker, 7), &key) == 0);
	maker_open(&m);
	put(&m, "session");
	wire_put_u8(&m.w, 50);
	wire_put_string(&m.w, bytes("root\0x", 6));
	put(&m, "ssh-connection");
	put(&m, "publickey");
	wire_put_u8(&m.w, 1);
	put(&m, "ssh-ed25519");
	wire_put_string(&m.w, made(&key_maker));
	CHECK(agentmsg_signed(made(&m), &key, &what) == -EBADMSG);
}

static void
the_login_name_ends_at_a_style_or_a_role(void)
{
	CHECK(span_is(agentmsg_login_name(span_of("root")), "root"));
	CHECK(span_is(agentmsg_login_name(span_of("root:x")), "root"));
	CHECK(span_is(agentmsg_login_name(span_of("root/x:y")), "root"));
	CHECK(span_is(agentmsg_login_name(span_of("root:x/y")), "root"));
	CHECK(agentmsg_login_name(span_of(":root")).len == 0);
	CHECK(agentmsg_login_name(span_of("")).len == 0);
	CHECK(agentmsg_login_name((struct span){ NULL, 0 }).len == 0);
}

/* Dropbear verifies over the byte as it came, and takes any but 0 for true. */
static void
any_true_boolean_makes_a_login(void)
{
	struct login l = good_login;

	for (unsigned v = 0; v < 256; v++) {
		l.signs = (uint8_t)v;
		CHECK(is_login(&l) == (v != 0));
	}
}

static void
a_login_that_holds_no_key_is_refused(void)
{
	struct agentmsg_signed what;
	struct login l = good_login;

	l.key = span_of("key");
	CHECK(login_signed(&l, &what) == -EKEYREJECTED && what.purpose == PURPOSE_LOGIN);
	l.key = span_of("");
	CHECK(login_signed(&l, &what) == -EKEYREJECTED);
}

static void
a_logins_algorithm_fits_its_key(void)
{
	static const char *const others[] = { "", "ssh-rsa", "rsa-sha2-512", "ssh-ed25519-cert-v01@openssh.com",
		"SSH-ED25519", "ssh-ed2551", "ssh-ed25519 ", "sk-ssh-ed25519@openssh.com" };
	struct agentmsg_signed what;
	struct login l = good_login;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		l.algorithm = others[i];
		CHECK(login_signed(&l, &what) == -EKEYREJECTED && what.purpose == PURPOSE_LOGIN);
	}
}

/* A login with the captured payload's key, and the algorithm put in its place. */
static int
signed_with(const struct asked *a, const char *algorithm, bool certified)
{
	struct agentmsg_signed what;
	struct span key;
	struct maker m;
	struct wire w;

	wire_open(&w, a->sign.data);
	maker_open(&m);
	wire_put_string(&m.w, wire_string(&w));
	wire_put_u8(&m.w, wire_u8(&w));
	put(&m, "git");
	put(&m, "ssh-connection");
	put(&m, "publickey");
	wire_put_u8(&m.w, 1);
	for (int i = 0; i < 3; i++)
		wire_string(&w);
	wire_u8(&w);
	wire_string(&w);
	key = wire_string(&w);
	put(&m, algorithm);
	wire_put_string(&m.w, certified ? key : a->sign.key);
	return agentmsg_signed(made(&m), &a->key, &what);
}

static void
an_rsa_key_has_three_algorithms_and_its_certificate_three_more(void)
{
	struct asked a = ask(captured_login_rsa_certified);

	CHECK(signed_with(&a, "ssh-rsa", false) == 0);
	CHECK(signed_with(&a, "rsa-sha2-256", false) == 0);
	CHECK(signed_with(&a, "rsa-sha2-512", false) == 0);
	CHECK(signed_with(&a, "ssh-rsa-cert-v01@openssh.com", false) == -EKEYREJECTED);
	CHECK(signed_with(&a, "rsa-sha2-512-cert-v01@openssh.com", false) == -EKEYREJECTED);
	CHECK(signed_with(&a, "ssh-rsa-cert-v01@openssh.com", true) == 0);
	CHECK(signed_with(&a, "rsa-sha2-256-cert-v01@openssh.com", true) == 0);
	CHECK(signed_with(&a, "rsa-sha2-512-cert-v01@openssh.com", true) == 0);
	CHECK(signed_with(&a, "rsa-sha2-512", true) == -EKEYREJECTED);
	CHECK(signed_with(&a, "ssh-ed25519", false) == -EKEYREJECTED);
}

/* From 10.3 on sshd takes it by default. */
static void
an_sk_ecdsa_key_signs_for_webauthn_too(void)
{
	struct asked a = ask(captured_certify_sk_ecdsa);
	struct agentmsg_signed what;
	struct maker k, m;
	static const struct {
		const char *algorithm;
		int error;
	} rows[] = {
		{ "sk-ecdsa-sha2-nistp256@openssh.com", 0 },
		{ "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", 0 },
		{ "webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", -EKEYREJECTED },
		{ "webauthn-sk-ssh-ed25519@openssh.com", -EKEYREJECTED },
	};

	maker_open(&k);
	wire_put_string(&k.w, a.what.subject.type);
	wire_put_raw(&k.w, a.what.subject.fields);
	CHECK(agentmsg_key(made(&k), &a.key) == 0 && span_is(a.key.type, "sk-ecdsa-sha2-nistp256@openssh.com"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		maker_open(&m);
		put(&m, "session");
		wire_put_u8(&m.w, 50);
		put(&m, "git");
		put(&m, "ssh-connection");
		put(&m, "publickey");
		wire_put_u8(&m.w, 1);
		put(&m, rows[i].algorithm);
		wire_put_string(&m.w, made(&k));
		CHECK(agentmsg_signed(made(&m), &a.key, &what) == rows[i].error);
	}
}

/* SHA-1, with flags 0: whoever can make collisions would have signed another login than the one that was read. */
static void
an_rsa_login_is_signed_with_the_hash_that_it_names(void)
{
	static const struct {
		const char *algorithm;
		bool certified;
		uint32_t flags;
		bool fits;
	} rows[] = {
		{ "rsa-sha2-256", false, 2, true },
		{ "rsa-sha2-512", false, 4, true },
		{ "rsa-sha2-256", false, 6, true }, /* the agent takes the first of two */
		{ "rsa-sha2-512", false, 6, false },
		{ "rsa-sha2-512", false, 2, false },
		{ "rsa-sha2-256", false, 4, false },
		{ "rsa-sha2-512", false, 0, false },
		{ "ssh-rsa", false, 0, false },
		{ "ssh-rsa", false, 2, false },
		{ "rsa-sha2-256-cert-v01@openssh.com", true, 2, true },
		{ "rsa-sha2-512-cert-v01@openssh.com", true, 4, true },
		{ "rsa-sha2-512-cert-v01@openssh.com", true, 0, false },
		{ "ssh-rsa-cert-v01@openssh.com", true, 0, false },
	};
	struct agentmsg_signed sshsig = { .purpose = PURPOSE_SSHSIG }, opaque = { .purpose = PURPOSE_OPAQUE };
	struct asked a = ask(captured_login_rsa_certified), plain = ask(captured_login_plain);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		a.what.algorithm = span_of(rows[i].algorithm);
		a.what.certified = rows[i].certified;
		CHECK(agentmsg_hash_fits(&a.what, &a.key, rows[i].flags) == rows[i].fits);
	}
	CHECK(!agentmsg_hash_fits(&sshsig, &a.key, 0) && agentmsg_hash_fits(&sshsig, &a.key, 4));
	CHECK(agentmsg_hash_fits(&opaque, &a.key, 0));
	CHECK(agentmsg_hash_fits(&plain.what, &plain.key, 0) && agentmsg_hash_fits(&plain.what, &plain.key, 4));
	a = ask(captured_login_rsa_certified);
	CHECK(a.what.certified && agentmsg_hash_fits(&a.what, &a.key, a.sign.flags));
	a = ask(captured_login_rsa);
	CHECK(!a.what.certified && agentmsg_hash_fits(&a.what, &a.key, a.sign.flags));
}

static void
a_key_of_an_unknown_type_logs_in_under_its_own_name(void)
{
	struct agentmsg_signed what;
	struct agentmsg_key key;
	struct maker k, m;

	maker_open(&k);
	put(&k, "ssh-ed448");
	put(&k, "public");
	CHECK(agentmsg_key(made(&k), &key) == 0);
	for (int own = 0; own < 2; own++) {
		maker_open(&m);
		put(&m, "session");
		wire_put_u8(&m.w, 50);
		put(&m, "git");
		put(&m, "ssh-connection");
		put(&m, "publickey");
		wire_put_u8(&m.w, 1);
		put(&m, own ? "ssh-ed448" : "ssh-ed25519");
		wire_put_string(&m.w, made(&k));
		CHECK(agentmsg_signed(made(&m), &key, &what) == (own ? 0 : -EKEYREJECTED));
	}
}

/* The session of a pam request: version, then as many strings, then a time of so many bytes. */
static bool
is_pam(uint32_t version, unsigned strings, size_t time_len, uint8_t message, uint8_t signs)
{
	struct maker session, m, key_maker;
	struct span blob = ed25519(&key_maker, 7);
	struct agentmsg_signed what;
	struct agentmsg_key key;
	int error;

	maker_open(&session);
	wire_put_u32(&session.w, version);
	for (unsigned i = 0; i < strings; i++)
		put(&session, "x");
	for (size_t i = 0; i < time_len; i++)
		wire_put_u8(&session.w, 0);
	maker_open(&m);
	wire_put_string(&m.w, made(&session));
	wire_put_u8(&m.w, message);
	put(&m, "alice");
	put(&m, "pam_ssh_agent_auth");
	put(&m, "publickey");
	wire_put_u8(&m.w, signs);
	put(&m, "ssh-ed25519");
	wire_put_string(&m.w, blob);
	CHECK(agentmsg_key(blob, &key) == 0);
	error = agentmsg_signed(made(&m), &key, &what);
	CHECK(error == 0 ? what.purpose != PURPOSE_LOGIN : error == -EBADMSG && what.purpose == PURPOSE_PAM);
	return error == 0 && what.purpose == PURPOSE_PAM;
}

static void
a_pam_request_has_its_structure_for_a_session(void)
{
	CHECK(is_pam(101, 7, 8, 54, 1));
	CHECK(is_pam(101, 7, 8, 50, 1));
	CHECK(!is_pam(100, 7, 8, 54, 1));
	CHECK(!is_pam(101, 6, 8, 54, 1));
	CHECK(!is_pam(101, 8, 8, 54, 1));
	CHECK(!is_pam(101, 7, 7, 54, 1));
	CHECK(!is_pam(101, 7, 8, 51, 1));
	CHECK(!is_pam(101, 7, 8, 54, 0));
}

/* What a payload with these parts is taken for; -1: refused. */
static int
sshsig_purpose(const char *magic, struct span ns, const char *reserved, const char *hash, size_t hash_len)
{
	static const uint8_t digest[128];
	struct agentmsg_signed what;
	struct agentmsg_key key;
	struct maker m, key_maker;
	int error;

	CHECK(agentmsg_key(ed25519(&key_maker, 7), &key) == 0);
	maker_open(&m);
	wire_put_raw(&m.w, span_of(magic));
	wire_put_string(&m.w, ns);
	put(&m, reserved);
	put(&m, hash);
	wire_put_string(&m.w, bytes(digest, hash_len));
	error = agentmsg_signed(made(&m), &key, &what);
	CHECK(error == 0 || (error == -EBADMSG && what.purpose == PURPOSE_SSHSIG));
	return error == 0 ? (int)what.purpose : -1;
}

static void
an_sshsig_has_a_namespace_and_may_have_anything_reserved(void)
{
	struct span git = span_of("git");

	CHECK(sshsig_purpose("SSHSIG", git, "", "sha256", 32) == PURPOSE_SSHSIG);
	CHECK(sshsig_purpose("SSHSIG", git, "anything", "sha512", 64) == PURPOSE_SSHSIG);
	CHECK(sshsig_purpose("SSHSIG", span_of(""), "", "sha256", 32) == -1);
	CHECK(sshsig_purpose("SSHSIG", bytes("git\0", 4), "", "sha256", 32) == -1);
	CHECK(sshsig_purpose("SSHSIG", span_of("git\n"), "", "sha256", 32) == -1);
	CHECK(sshsig_purpose("SSHSIg", git, "", "sha256", 32) == PURPOSE_OPAQUE);
}

static void
an_sshsig_has_one_of_two_hashes(void)
{
	struct span git = span_of("git");

	CHECK(sshsig_purpose("SSHSIG", git, "", "sha256", 64) == -1);
	CHECK(sshsig_purpose("SSHSIG", git, "", "sha512", 32) == -1);
	CHECK(sshsig_purpose("SSHSIG", git, "", "sha1", 20) == -1);
	CHECK(sshsig_purpose("SSHSIG", git, "", "md5", 16) == -1);
	CHECK(sshsig_purpose("SSHSIG", git, "", "", 0) == -1);
}

/* A certificate's fields, each of which a test may change. */
struct certificate {
	const char *name;
	uint32_t type;
	struct span principals, critical, extensions, authority;
};

static void
certificate_put(struct maker *m, const struct certificate *c, bool whole)
{
	static const uint8_t pk[32] = { 5 };

	maker_open(m);
	put(m, c->name);
	put(m, "nonce");
	wire_put_string(&m->w, bytes(pk, sizeof(pk)));
	for (int i = 0; i < 2; i++)
		wire_put_u32(&m->w, 0); /* serial */
	wire_put_u32(&m->w, c->type);
	put(m, "id");
	wire_put_string(&m->w, c->principals);
	for (int i = 0; i < 4; i++)
		wire_put_u32(&m->w, 0xffffffff); /* valid after, valid before */
	wire_put_string(&m->w, c->critical);
	wire_put_string(&m->w, c->extensions);
	put(m, "reserved");
	wire_put_string(&m->w, c->authority);
	if (whole)
		put(m, "signature");
}

/* As a key, whole; and as a payload without its signature, under the CA that is all sevens. */
static void
try_certificate(const struct certificate *c, int as_key, int as_payload)
{
	struct maker m, key_maker;
	struct agentmsg_signed what;
	struct agentmsg_key key;

	certificate_put(&m, c, true);
	CHECK(agentmsg_key(made(&m), &key) == as_key);
	wire_put_u8(&m.w, 0);
	CHECK(agentmsg_key(made(&m), &key) == (as_key == 0 ? -EINVAL : as_key));
	CHECK(agentmsg_key(ed25519(&key_maker, 7), &key) == 0);
	certificate_put(&m, c, false);
	CHECK(agentmsg_signed(made(&m), &key, &what) == as_payload);
	CHECK(what.purpose == PURPOSE_CERTIFICATE);
}

static void
each_field_of_a_certificate_counts(void)
{
	struct maker ca, other;
	struct span torn = bytes("\0\0\0\2x", 5), one = bytes("\0\0\0\1x", 5), two = bytes("\0\0\0\1x\0\0\0\0", 9);
	const struct certificate good = { "ssh-ed25519-cert-v01@openssh.com", 1, one, two, two, ed25519(&ca, 7) };
	struct certificate c = good;

	try_certificate(&c, 0, 0);
	c.type = 2;
	try_certificate(&c, 0, 0);
	c.type = 0;
	try_certificate(&c, -EINVAL, -EBADMSG);
	c.type = 3;
	try_certificate(&c, -EINVAL, -EBADMSG);
	c = good;
	c.principals = torn;
	try_certificate(&c, -EINVAL, -EBADMSG);
	c = good;
	c.critical = one;
	try_certificate(&c, -EINVAL, -EBADMSG);
	c = good;
	c.extensions = one;
	try_certificate(&c, -EINVAL, -EBADMSG);
	c = good;
	c.extensions = torn;
	try_certificate(&c, -EINVAL, -EBADMSG);
	c = good;
	c.authority = ed25519(&other, 8);
	try_certificate(&c, 0, -EKEYREJECTED);
	c.authority = span_of("");
	try_certificate(&c, -EINVAL, -EKEYREJECTED);
}

static void
a_certificates_authority_is_a_plain_key(void)
{
	struct maker ca, middle;
	struct certificate c = { "ssh-ed25519-cert-v01@openssh.com", 1, { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
		ed25519(&ca, 7) };

	certificate_put(&middle, &c, true);
	c.authority = made(&middle);
	try_certificate(&c, -EINVAL, -EKEYREJECTED);
}

/* OpenSSH takes the first two for RSA certificates, and a newer one may know the rest. */
static void
a_certificate_of_another_kind_is_refused_not_opaque(void)
{
	static const char *const names[] = { "rsa-sha2-256-cert-v01@openssh.com", "rsa-sha2-512-cert-v01@openssh.com",
		"ssh-ed448-cert-v01@openssh.com", "ssh-dss-cert-v00@openssh.com",
		"webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com" };
	struct maker ca;
	struct certificate c = { NULL, 1, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, ed25519(&ca, 7) };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		c.name = names[i];
		try_certificate(&c, -EPROTONOSUPPORT, -EPROTONOSUPPORT);
	}
}

static void
a_certificate_and_its_key_are_the_same_key(void)
{
	struct asked a = ask(captured_login_certified);
	struct agentmsg_key certified, other;
	struct maker m;
	struct wire w;

	wire_open(&w, a.sign.data);
	wire_string(&w);
	wire_u8(&w);
	for (int i = 0; i < 3; i++)
		wire_string(&w);
	wire_u8(&w);
	wire_string(&w);
	CHECK(agentmsg_key(wire_string(&w), &certified) == 0 && certified.certified && !a.key.certified);
	CHECK(span_is(certified.type, "ssh-ed25519"));
	CHECK(agentmsg_key_same(&certified, &a.key) && has_fingerprint(&certified, CAPTURED_WORK));
	CHECK(agentmsg_key(certified.cert.authority, &other) == 0 && has_fingerprint(&other, CAPTURED_CA));
	CHECK(!agentmsg_key_same(&other, &a.key));
	CHECK(agentmsg_key(ed25519(&m, 9), &other) == 0 && !agentmsg_key_same(&other, &a.key));
}

static void
what_is_none_of_these_is_opaque(void)
{
	struct agentmsg_signed what;
	struct agentmsg_key key;
	struct maker m;
	static const uint8_t challenge[1024] = { 0x0a };

	CHECK(agentmsg_key(ed25519(&m, 7), &key) == 0);
	CHECK(agentmsg_signed(bytes(challenge, sizeof(challenge)), &key, &what) == 0);
	CHECK(what.purpose == PURPOSE_OPAQUE && what.data.len == 1024);
	CHECK(agentmsg_signed(bytes(NULL, 0), &key, &what) == 0 && what.purpose == PURPOSE_OPAQUE);
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
	TEST(a_sequence_ends_where_it_is_torn);
	TEST(a_plain_key_is_its_type_and_its_fields);
	TEST(a_key_of_an_unknown_type_is_a_key);
	TEST(a_certificate_of_an_unknown_type_is_told_from_a_key);
	TEST(a_key_in_hardware_is_known_by_its_type);
	TEST(an_mldsa_key_is_found_in_its_certificate);
	TEST(an_sk_ecdsa_key_signs_for_webauthn_too);
	TEST(an_rsa_login_is_signed_with_the_hash_that_it_names);
	TEST(an_sshsig_has_one_of_two_hashes);
	TEST(a_key_under_another_name_is_none);
	TEST(an_mpint_has_one_encoding);
	TEST(a_point_is_on_its_own_curve_and_uncompressed);
	TEST(an_ed25519_key_has_32_bytes);
	TEST(ssh_binds_and_logs_in_by_the_hostbound_method);
	TEST(ssh_logs_in_by_the_plain_method);
	TEST(every_kind_of_key_logs_in);
	TEST(a_certificate_over_the_key_logs_in);
	TEST(pam_ssh_agent_auth_is_told_from_a_login);
	TEST(ssh_keygen_and_git_sign);
	TEST(ssh_keygen_issues_a_user_certificate);
	TEST(ssh_keygen_issues_a_host_certificate);
	TEST(every_kind_of_key_is_certified);
	TEST(a_torn_or_longer_payload_is_not_what_it_was);
	TEST(a_payload_that_names_another_key_is_refused);
	TEST(an_sshsig_names_no_key);
	TEST(each_field_of_a_login_counts);
	TEST(what_begins_like_a_login_is_refused);
	TEST(a_user_with_a_control_byte_is_refused);
	TEST(the_login_name_ends_at_a_style_or_a_role);
	TEST(any_true_boolean_makes_a_login);
	TEST(a_login_that_holds_no_key_is_refused);
	TEST(a_logins_algorithm_fits_its_key);
	TEST(an_rsa_key_has_three_algorithms_and_its_certificate_three_more);
	TEST(a_key_of_an_unknown_type_logs_in_under_its_own_name);
	TEST(a_pam_request_has_its_structure_for_a_session);
	TEST(an_sshsig_has_a_namespace_and_may_have_anything_reserved);
	TEST(each_field_of_a_certificate_counts);
	TEST(a_certificates_authority_is_a_plain_key);
	TEST(a_certificate_of_another_kind_is_refused_not_opaque);
	TEST(a_certificate_and_its_key_are_the_same_key);
	TEST(what_is_none_of_these_is_opaque);
	return check_done();
}
