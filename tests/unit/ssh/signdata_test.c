/* SPDX-License-Identifier: ISC */
#include "ssh/signdata.h"

#include "base/base64.h"
#include "captured.h"
#include "check.h"
#include "maker.h"
#include "ssh/agentmsg.h"

#include <errno.h>
#include <string.h>

/* A captured SIGN request, taken apart. */
struct asked {
	struct agentmsg_sign sign;
	struct sshkey key;
	struct signdata what;
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
	CHECK(sshkey_read(r.sign.key, &a.key) == 0);
	a.err = signdata_read(r.sign.data, &a.key, &a.what);
	CHECK(span_eq(a.what.data, r.sign.data));
	return a;
}

static bool
has_fingerprint(const struct sshkey *k, const char *fingerprint)
{
	uint8_t hash[SHA256_SIZE];
	char out[45];

	sshkey_hash(k, hash);
	return base64_encode(bytes(hash, sizeof(hash)), out, sizeof(out)) == 44 && strlen(fingerprint) == 50 &&
	       strncmp(fingerprint + 7, out, 43) == 0;
}

static void
ssh_binds_and_logs_in_by_the_hostbound_method(void)
{
	struct asked a = ask(captured_login_hostbound);
	struct agentmsg_request r;
	struct sshkey host;

	agentmsg_request(captured(captured_bind), &r);
	CHECK(r.kind == REQUEST_BIND && !r.bind.forwarding);
	CHECK(sshkey_read(r.bind.hostkey, &host) == 0 && has_fingerprint(&host, CAPTURED_HOST));
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
	const struct sshkey_cert *c = &a.what.subject.cert;
	struct span rest = c->principals, s;

	CHECK(a.err == 0 && a.what.purpose == PURPOSE_CERTIFICATE && a.what.subject.certified);
	CHECK(has_fingerprint(&a.key, CAPTURED_CA) && has_fingerprint(&a.what.subject, CAPTURED_WORK));
	CHECK(c->serial == 42 && c->type == 1 && span_is(c->id, "root cert"));
	CHECK(span_string(&rest, &s) && span_is(s, "root") && rest.len == 0);
	CHECK(c->valid_after == 1767225600 && c->valid_before == 1798675200);
	CHECK(c->critical.len == 0 && span_eq(c->authority, a.sign.key));
	rest = c->extensions;
	CHECK(span_string(&rest, &s) && span_is(s, "permit-X11-forwarding") && span_string(&rest, &s) && s.len == 0);
}

static void
ssh_keygen_issues_a_host_certificate(void)
{
	struct asked a = ask(captured_certify_host);
	const struct sshkey_cert *c = &a.what.subject.cert;

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
	CHECK(span_string(&rest, &s) && span_is(s, "force-command"));
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
		struct signdata torn;
		bool begun = false;
		uint8_t longer[2048];

		for (size_t len = 0; len < a.sign.data.len; len++) {
			int err = signdata_read(bytes(a.sign.data.p, len), &a.key, &torn);

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
		CHECK(signdata_read(bytes(longer, a.sign.data.len + 1), &a.key, &torn) == -EBADMSG &&
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
		struct signdata what;
		struct sshkey other;
		struct maker m;

		CHECK(sshkey_read(ed25519(&m, 9), &other) == 0);
		CHECK(signdata_read(a.sign.data, &other, &what) == -EKEYREJECTED);
		CHECK(what.purpose == a.what.purpose);
	}
}

static void
an_sshsig_names_no_key(void)
{
	struct asked a = ask(captured_sshsig_git);
	struct sshkey other;
	struct maker m;

	CHECK(sshkey_read(ed25519(&m, 9), &other) == 0);
	CHECK(signdata_read(a.sign.data, &other, &a.what) == 0 && a.what.purpose == PURPOSE_SSHSIG);
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
login_signed(const struct login *l, struct signdata *what)
{
	struct maker m, key_maker;
	struct span blob = ed25519(&key_maker, 7);
	struct sshkey key;

	CHECK(sshkey_read(blob, &key) == 0);
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
	return signdata_read(made(&m), &key, what);
}

/* It is a login; or it begins like one, and is refused. */
static bool
is_login(const struct login *l)
{
	struct signdata what;
	int error = login_signed(l, &what);

	CHECK(error == 0 || error == -EBADMSG);
	CHECK(what.purpose == PURPOSE_LOGIN);
	return error == 0;
}

static bool
is_opaque(const struct login *l)
{
	struct signdata what;

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
	struct signdata what;

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
	struct signdata what;
	struct login l = good_login;
	struct sshkey key;
	struct maker m, key_maker;

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		l.user = users[i];
		CHECK(!is_login(&l));
	}
	l.user = "git \x80\xff";
	CHECK(is_login(&l));
	CHECK(sshkey_read(ed25519(&key_maker, 7), &key) == 0);
	maker_open(&m);
	put(&m, "session");
	wire_put_u8(&m.w, 50);
	wire_put_string(&m.w, bytes("root\0x", 6));
	put(&m, "ssh-connection");
	put(&m, "publickey");
	wire_put_u8(&m.w, 1);
	put(&m, "ssh-ed25519");
	wire_put_string(&m.w, made(&key_maker));
	CHECK(signdata_read(made(&m), &key, &what) == -EBADMSG);
}

static void
the_login_name_ends_at_a_style_or_a_role(void)
{
	CHECK(span_is(signdata_login_name(span_of("root")), "root"));
	CHECK(span_is(signdata_login_name(span_of("root:x")), "root"));
	CHECK(span_is(signdata_login_name(span_of("root/x:y")), "root"));
	CHECK(span_is(signdata_login_name(span_of("root:x/y")), "root"));
	CHECK(signdata_login_name(span_of(":root")).len == 0);
	CHECK(signdata_login_name(span_of("")).len == 0);
	CHECK(signdata_login_name((struct span){ NULL, 0 }).len == 0);
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
a_login_by_a_certificate_of_an_unknown_type_is_refused(void)
{
	struct login l = good_login;
	struct signdata what;
	struct maker m;

	maker_open(&m);
	put(&m, "ssh-new-cert-v01@openssh.com");
	l.key = made(&m);
	CHECK(login_signed(&l, &what) == -EPROTONOSUPPORT && what.purpose == PURPOSE_LOGIN);
}

static void
a_login_that_holds_no_key_is_refused(void)
{
	struct signdata what;
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
	struct signdata what;
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
	struct signdata what;
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
	return signdata_read(made(&m), &a->key, &what);
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
	struct signdata what;
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
	CHECK(sshkey_read(made(&k), &a.key) == 0 && span_is(a.key.type, "sk-ecdsa-sha2-nistp256@openssh.com"));
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
		CHECK(signdata_read(made(&m), &a.key, &what) == rows[i].error);
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
	struct signdata sshsig = { .purpose = PURPOSE_SSHSIG }, opaque = { .purpose = PURPOSE_OPAQUE };
	struct asked a = ask(captured_login_rsa_certified), plain = ask(captured_login_plain);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		a.what.algorithm = span_of(rows[i].algorithm);
		a.what.certified = rows[i].certified;
		CHECK(signdata_hash_fits(&a.what, &a.key, rows[i].flags) == rows[i].fits);
	}
	CHECK(!signdata_hash_fits(&sshsig, &a.key, 0) && signdata_hash_fits(&sshsig, &a.key, 4));
	CHECK(signdata_hash_fits(&opaque, &a.key, 0));
	CHECK(signdata_hash_fits(&plain.what, &plain.key, 0) && signdata_hash_fits(&plain.what, &plain.key, 4));
	a = ask(captured_login_rsa_certified);
	CHECK(a.what.certified && signdata_hash_fits(&a.what, &a.key, a.sign.flags));
	a = ask(captured_login_rsa);
	CHECK(!a.what.certified && signdata_hash_fits(&a.what, &a.key, a.sign.flags));
}

static void
a_key_of_an_unknown_type_logs_in_under_its_own_name(void)
{
	struct signdata what;
	struct sshkey key;
	struct maker k, m;

	maker_open(&k);
	put(&k, "ssh-ed448");
	put(&k, "public");
	CHECK(sshkey_read(made(&k), &key) == 0);
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
		CHECK(signdata_read(made(&m), &key, &what) == (own ? 0 : -EKEYREJECTED));
	}
}

/* The session of a pam request: version, then as many strings, then a time of so many bytes. */
static bool
is_pam(uint32_t version, unsigned strings, size_t time_len, uint8_t message, uint8_t signs)
{
	struct maker session, m, key_maker;
	struct span blob = ed25519(&key_maker, 7);
	struct signdata what;
	struct sshkey key;
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
	CHECK(sshkey_read(blob, &key) == 0);
	error = signdata_read(made(&m), &key, &what);
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
	struct signdata what;
	struct sshkey key;
	struct maker m, key_maker;
	int error;

	CHECK(sshkey_read(ed25519(&key_maker, 7), &key) == 0);
	maker_open(&m);
	wire_put_raw(&m.w, span_of(magic));
	wire_put_string(&m.w, ns);
	put(&m, reserved);
	put(&m, hash);
	wire_put_string(&m.w, bytes(digest, hash_len));
	error = signdata_read(made(&m), &key, &what);
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
	struct signdata what;
	struct sshkey key;

	certificate_put(&m, c, true);
	CHECK(sshkey_read(made(&m), &key) == as_key);
	wire_put_u8(&m.w, 0);
	CHECK(sshkey_read(made(&m), &key) == (as_key == 0 ? -EINVAL : as_key));
	CHECK(sshkey_read(ed25519(&key_maker, 7), &key) == 0);
	certificate_put(&m, c, false);
	CHECK(signdata_read(made(&m), &key, &what) == as_payload);
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
	struct sshkey certified, other;
	struct maker m;
	struct wire w;

	wire_open(&w, a.sign.data);
	wire_string(&w);
	wire_u8(&w);
	for (int i = 0; i < 3; i++)
		wire_string(&w);
	wire_u8(&w);
	wire_string(&w);
	CHECK(sshkey_read(wire_string(&w), &certified) == 0 && certified.certified && !a.key.certified);
	CHECK(span_is(certified.type, "ssh-ed25519"));
	CHECK(sshkey_same(&certified, &a.key) && has_fingerprint(&certified, CAPTURED_WORK));
	CHECK(sshkey_read(certified.cert.authority, &other) == 0 && has_fingerprint(&other, CAPTURED_CA));
	CHECK(!sshkey_same(&other, &a.key));
	CHECK(sshkey_read(ed25519(&m, 9), &other) == 0 && !sshkey_same(&other, &a.key));
}

static void
what_is_none_of_these_is_opaque(void)
{
	struct signdata what;
	struct sshkey key;
	struct maker m;
	static const uint8_t challenge[1024] = { 0x0a };

	CHECK(sshkey_read(ed25519(&m, 7), &key) == 0);
	CHECK(signdata_read(bytes(challenge, sizeof(challenge)), &key, &what) == 0);
	CHECK(what.purpose == PURPOSE_OPAQUE && what.data.len == 1024);
	CHECK(signdata_read(bytes(NULL, 0), &key, &what) == 0 && what.purpose == PURPOSE_OPAQUE);
}

int
main(void)
{
	TEST(an_sk_ecdsa_key_signs_for_webauthn_too);
	TEST(an_rsa_login_is_signed_with_the_hash_that_it_names);
	TEST(an_sshsig_has_one_of_two_hashes);
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
	TEST(a_login_by_a_certificate_of_an_unknown_type_is_refused);
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
