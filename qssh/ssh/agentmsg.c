/* SPDX-License-Identifier: ISC */
#include "ssh/agentmsg.h"

#include "base/limits.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* SSH_MSG_USERAUTH_REQUEST (RFC 4252), and what pam_ssh_agent_auth puts in its place (userauth_pubkey_from_id.c). */
#define MESSAGE_USERAUTH 50u
#define MESSAGE_TRUST 54u

/* PAM_SSH_AGENT_AUTH_REQUESTv1 (pam_ssh_agent_auth's iterate_ssh_agent_keys.c). */
#define PAM_REQUEST_V1 101u

#define CERT_USER 1u
#define CERT_HOST 2u

/*
 * A kind of key: its name, its certificate's name, and the fields behind the name. First comes the curve's name where
 * there is one, then so many fields: a string of exactly size bytes and then any strings, or, where size is 0,
 * mpints.
 */
struct shape {
	const char *type;
	const char *certificate;
	const char *curve;
	unsigned fields;
	size_t size;
};

static const struct shape shapes[] = {
	{ "ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", NULL, 1, 32 },
	{ "ssh-rsa", "ssh-rsa-cert-v01@openssh.com", NULL, 2, 0 },
	{ "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com", "nistp256", 1, 65 },
	{ "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com", "nistp384", 1, 97 },
	{ "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521-cert-v01@openssh.com", "nistp521", 1, 133 },
	{ "sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com", NULL, 2, 32 },
	{ "sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "nistp256", 2, 65 },
	{ "ssh-dss", "ssh-dss-cert-v01@openssh.com", NULL, 4, 0 },
	{ "ssh-mldsa44-ed25519@openssh.com", "ssh-mldsa44-ed25519-cert-v01@openssh.com", NULL, 1, 1312 + 32 },
	{ "ssh-mldsa44-ed25519", "ssh-mldsa44-ed25519-cert", NULL, 1, 1312 + 32 },
};

/*
 * Names under which OpenSSH's agent takes one of the keys above as well (sshkey.c, sshkey_type_from_name); the short
 * ones in any case.
 */
static const char *const aliases[] = { "rsa-sha2-256", "rsa-sha2-512", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
	"rsa", "dsa", "ecdsa", "ecdsa-sk", "ed25519", "ed25519-sk", "xmss", "mldsa44-ed25519" };

/*
 * The signature algorithms that a key has besides its own name (RFC 8332, PROTOCOL.certkeys, PROTOCOL.u2f), and for
 * RSA the flag of a SIGN that gives this signature.
 */
static const struct algorithm {
	const char *name;
	const char *type;
	bool certified;
	uint32_t flag;
} algorithms[] = {
	{ "rsa-sha2-256", "ssh-rsa", false, AGENTMSG_RSA_SHA2_256 },
	{ "rsa-sha2-512", "ssh-rsa", false, AGENTMSG_RSA_SHA2_512 },
	{ "rsa-sha2-256-cert-v01@openssh.com", "ssh-rsa", true, AGENTMSG_RSA_SHA2_256 },
	{ "rsa-sha2-512-cert-v01@openssh.com", "ssh-rsa", true, AGENTMSG_RSA_SHA2_512 },
	{ "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", false, 0 },
	{ "webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", true, 0 },
};

static const struct shape *
shape_of(struct span type)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (span_is(type, shapes[i].type))
			return &shapes[i];
	}
	return NULL;
}

static const struct shape *
shape_of_certificate(struct span type)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (span_is(type, shapes[i].certificate))
			return &shapes[i];
	}
	return NULL;
}

/* "-cert" and then the end, a version or a domain: ssh-ed25519-cert-v01@openssh.com, ssh-mldsa44-ed25519-cert. */
static bool
is_certificate_name(struct span type)
{
	static const char mark[] = "-cert";
	const size_t len = sizeof(mark) - 1;

	for (size_t at = 0; at + len <= type.len; at++) {
		uint8_t next = at + len < type.len ? type.p[at + len] : '@';

		if (memcmp(type.p + at, mark, len) == 0 && (next == '-' || next == '@'))
			return true;
	}
	return false;
}

/* One key under two names would have two hashes, and a rule about it could be slipped past. */
static bool
is_alias(struct span type)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (type.len == strlen(aliases[i]) && strncasecmp((const char *)type.p, aliases[i], type.len) == 0)
			return true;
	}
	return false;
}

/*
 * A positive mpint in its one encoding (RFC 4251). OpenSSH takes leading zero bytes too, which would give one key
 * many hashes.
 */
static bool
is_mpint(struct span s)
{
	if (s.len == 0 || s.p[0] >= 0x80)
		return false;
	return s.p[0] != 0 || (s.len > 1 && s.p[1] >= 0x80);
}

static bool
is_first_field(struct span s, const struct shape *shape)
{
	/* a point has another, compressed form, which begins with another byte */
	return s.len == shape->size && (shape->curve == NULL || s.p[0] == 4);
}

/* Reads the fields of a key. What does not fit makes the reader bad. */
static struct span
fields_read(struct wire *w, const struct shape *shape)
{
	const uint8_t *start = w->p;
	size_t left = w->left;

	if (shape->curve != NULL && !span_is(wire_string(w), shape->curve))
		w->bad = true;
	for (unsigned i = 0; i < shape->fields; i++) {
		struct span s = wire_string(w);

		if (shape->size == 0 ? !is_mpint(s) : i == 0 && !is_first_field(s, shape))
			w->bad = true;
	}
	return wire_ok(w) ? (struct span){ start, left - w->left } : (struct span){ NULL, 0 };
}

bool
agentmsg_next(struct span *seq, struct span *out)
{
	struct wire w;

	wire_open(&w, *seq);
	*out = wire_string(&w);
	if (!wire_ok(&w))
		return false;
	*seq = (struct span){ w.p, w.left };
	return true;
}

/* A sequence of strings whose number is a multiple of group, nothing torn. */
static bool
is_sequence(struct span seq, unsigned group)
{
	struct span s;
	size_t n = 0;

	while (agentmsg_next(&seq, &s))
		n++;
	return seq.len == 0 && n % group == 0;
}

/* Reads a certificate behind its type name, up to and with the CA's key: all but the signature. */
static void
cert_read(struct wire *w, const struct shape *shape, struct agentmsg_key *out)
{
	struct agentmsg_cert *c = &out->cert;

	out->type = span_of(shape->type);
	out->certified = true;
	wire_string(w); /* nonce */
	out->fields = fields_read(w, shape);
	c->serial = wire_u64(w);
	c->type = wire_u32(w);
	c->id = wire_string(w);
	c->principals = wire_string(w);
	c->valid_after = wire_u64(w);
	c->valid_before = wire_u64(w);
	c->critical = wire_string(w);
	c->extensions = wire_string(w);
	wire_string(w); /* reserved */
	c->authority = wire_string(w);
	if (c->type != CERT_USER && c->type != CERT_HOST)
		w->bad = true;
	if (!is_sequence(c->principals, 1) || !is_sequence(c->critical, 2) || !is_sequence(c->extensions, 2))
		w->bad = true;
}

/* Reads a plain key. A certificate's type name, or another name for a type above, makes the reader bad. */
static void
plain_read(struct wire *w, struct span type, struct agentmsg_key *out)
{
	const struct shape *shape = shape_of(type);

	out->type = type;
	out->fields = shape == NULL ? wire_raw(w, w->left) : fields_read(w, shape);
	if (type.len == 0 || is_certificate_name(type) || is_alias(type))
		w->bad = true;
}

static bool
is_plain(struct span blob, struct agentmsg_key *out)
{
	struct wire w;

	memset(out, 0, sizeof(*out));
	wire_open(&w, blob);
	plain_read(&w, wire_string(&w), out);
	return wire_done(&w);
}

int
agentmsg_key(struct span untrusted_blob, struct agentmsg_key *out)
{
	const struct shape *certificate;
	struct agentmsg_key authority;
	struct span type;
	struct wire w;

	wire_open(&w, untrusted_blob);
	type = wire_string(&w);
	certificate = shape_of_certificate(type);
	if (certificate == NULL && is_certificate_name(type))
		return -EPROTONOSUPPORT;
	if (certificate == NULL)
		return is_plain(untrusted_blob, out) ? 0 : -EINVAL;
	memset(out, 0, sizeof(*out));
	cert_read(&w, certificate, out);
	wire_string(&w); /* signature */
	return wire_done(&w) && is_plain(out->cert.authority, &authority) ? 0 : -EINVAL;
}

bool
agentmsg_key_is_hardware(const struct agentmsg_key *k)
{
	return span_starts(k->type, "sk-");
}

bool
agentmsg_key_same(const struct agentmsg_key *a, const struct agentmsg_key *b)
{
	return span_eq(a->type, b->type) && span_eq(a->fields, b->fields);
}

void
agentmsg_key_hash(const struct agentmsg_key *k, uint8_t out[SHA256_SIZE])
{
	struct sha256 h;
	uint8_t len[4];

	wire_set32(len, (uint32_t)k->type.len);
	sha256_init(&h);
	sha256_add(&h, len, sizeof(len));
	sha256_add(&h, k->type.p, k->type.len);
	sha256_add(&h, k->fields.p, k->fields.len);
	sha256_end(&h, out);
}

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

static const struct algorithm *
algorithm_find(struct span name, const struct agentmsg_key *key)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (span_is(name, algorithms[i].name) && span_is(key->type, algorithms[i].type) &&
		    key->certified == algorithms[i].certified)
			return &algorithms[i];
	}
	return NULL;
}

/* A signature algorithm's name fits the key that it comes with. Whatever it is, it must agree about the certificate. */
static bool
algorithm_fits(struct span algorithm, const struct agentmsg_key *key)
{
	const struct shape *shape = shape_of(key->type);

	if (shape == NULL)
		return span_eq(algorithm, key->type);
	return span_is(algorithm, key->certified ? shape->certificate : shape->type) ||
	       algorithm_find(algorithm, key) != NULL;
}

/* The key that a login or a pam request names, under its algorithm, is the requested one or a certificate over it. */
static int
names_key(struct span blob, struct span algorithm, const struct agentmsg_key *key, bool *certified)
{
	struct agentmsg_key named;
	int error = agentmsg_key(blob, &named);

	if (error == -EPROTONOSUPPORT)
		return error;
	*certified = error == 0 && named.certified;
	return error == 0 && agentmsg_key_same(&named, key) && algorithm_fits(algorithm, &named) ? 0 : -EKEYREJECTED;
}

/* What a login and a pam request have in common (RFC 4252, section 7). */
struct userauth {
	struct span session_id;
	uint8_t message;
	struct span user;
	struct span service;
	struct span method;
	bool signs;
	struct span algorithm;
	struct span key;
	bool hostbound;
	struct span hostkey; /* hostbound */
};

static void
userauth_read(struct wire *w, struct userauth *out)
{
	out->session_id = wire_string(w);
	out->message = wire_u8(w);
	out->user = wire_string(w);
	out->service = wire_string(w);
	out->method = wire_string(w);
	out->signs = wire_bool(w);
	out->algorithm = wire_string(w);
	out->key = wire_string(w);
	out->hostbound = span_is(out->method, "publickey-hostbound-v00@openssh.com");
	out->hostkey = out->hostbound ? wire_string(w) : (struct span){ NULL, 0 };
}

/* Nobody's name holds one; a reader of C strings would stop at the NUL, and see another name than we. */
static bool
has_control(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] < 0x20 || name.p[i] == 0x7f)
			return true;
	}
	return false;
}

/*
 * Dropbear verifies over the boolean as it came and takes any byte but 0 for true (RFC 4251), so any of them makes a
 * login.
 */
static bool
login_read(struct span data, struct userauth *u)
{
	struct wire w;

	wire_open(&w, data);
	userauth_read(&w, u);
	return wire_done(&w) && u->session_id.len > 0 && u->message == MESSAGE_USERAUTH && u->signs &&
	       span_is(u->service, "ssh-connection") && (u->hostbound || span_is(u->method, "publickey")) &&
	       !has_control(u->user);
}

/*
 * It begins as a request to authenticate, and no more is known. Such are host-based logins, where the key is a
 * host's, and what servers of before 2017 took from clients with the faults of their day (compat.h, SSH_BUG_PKAUTH,
 * SSH_BUG_PKSERVICE).
 */
static bool
begins_userauth(struct span data, struct userauth *u)
{
	struct wire w;

	memset(u, 0, sizeof(*u));
	wire_open(&w, data);
	wire_string(&w);
	u->message = wire_u8(&w);
	u->user = wire_string(&w);
	u->service = wire_string(&w);
	return wire_ok(&w) && (u->message == MESSAGE_USERAUTH || u->message == MESSAGE_TRUST) &&
	       (span_is(u->service, "ssh-connection") || span_is(u->service, "ssh-userauth") ||
		   span_is(u->service, "pam_ssh_agent_auth"));
}

/*
 * The structure that pam_ssh_agent_auth puts where a login has its session id (iterate_ssh_agent_keys.c,
 * session_id2_gen).
 */
static bool
is_pam_session(struct span s)
{
	struct wire w;
	uint32_t version;

	wire_open(&w, s);
	version = wire_u32(&w);
	for (int i = 0; i < 7; i++) /* cookie, user, ruser, service, directory, command, host name */
		wire_string(&w);
	wire_u64(&w); /* time */
	return wire_done(&w) && version == PAM_REQUEST_V1;
}

static bool
pam_read(struct span data, struct userauth *u)
{
	struct wire w;

	wire_open(&w, data);
	userauth_read(&w, u);
	return wire_done(&w) && (u->message == MESSAGE_USERAUTH || u->message == MESSAGE_TRUST) && u->signs &&
	       span_is(u->service, "pam_ssh_agent_auth") && span_is(u->method, "publickey") &&
	       is_pam_session(u->session_id) && !has_control(u->user);
}

/* The two hashes of PROTOCOL.sshsig, and their sizes. */
static bool
is_sshsig_hash(struct span name, struct span hash)
{
	return (span_is(name, "sha512") && hash.len == 64) || (span_is(name, "sha256") && hash.len == 32);
}

/*
 * PROTOCOL.sshsig, section 3. What is reserved may hold anything: verifiers are told to look away. A namespace is
 * never empty.
 */
static bool
sshsig_read(struct span data, struct span *ns, struct span *hash)
{
	struct wire w;

	wire_open(&w, data);
	wire_raw(&w, 6);
	*ns = wire_string(&w);
	wire_string(&w); /* reserved */
	*hash = wire_string(&w);
	return is_sshsig_hash(*hash, wire_string(&w)) && wire_done(&w) && ns->len > 0 && !has_control(*ns);
}

/* What begins with a certificate's name is one to some verifier, whether or not it has a shape that we know. */
static bool
begins_certificate(struct span data)
{
	struct wire w;

	wire_open(&w, data);
	return is_certificate_name(wire_string(&w));
}

/* All of a certificate but its signature, and key is its CA's. */
static int
certificate_signed(struct agentmsg_signed *out, const struct agentmsg_key *key)
{
	const struct shape *shape;
	struct agentmsg_key authority;
	struct wire w;

	out->purpose = PURPOSE_CERTIFICATE;
	wire_open(&w, out->data);
	shape = shape_of_certificate(wire_string(&w));
	if (shape == NULL)
		return -EPROTONOSUPPORT;
	cert_read(&w, shape, &out->subject);
	if (!wire_done(&w)) {
		memset(&out->subject, 0, sizeof(out->subject));
		return -EBADMSG;
	}
	if (!is_plain(out->subject.cert.authority, &authority) || !agentmsg_key_same(&authority, key))
		return -EKEYREJECTED;
	return 0;
}

static int
userauth_signed(
    struct agentmsg_signed *out, enum purpose purpose, const struct userauth *u, const struct agentmsg_key *key)
{
	out->purpose = purpose;
	out->user = u->user;
	out->algorithm = u->algorithm;
	out->hostbound = u->hostbound;
	out->hostkey = u->hostkey;
	if (purpose == PURPOSE_LOGIN)
		out->session_id = u->session_id;
	return names_key(u->key, u->algorithm, key, &out->certified);
}

static int
sshsig_signed(struct agentmsg_signed *out)
{
	struct span ns, hash;

	out->purpose = PURPOSE_SSHSIG;
	if (!sshsig_read(out->data, &ns, &hash))
		return -EBADMSG;
	out->ns = ns;
	out->hash = hash;
	return 0;
}

/* Not exactly what it begins as: the user is shown, and nothing is signed. */
static int
userauth_torn(struct agentmsg_signed *out, const struct userauth *u)
{
	out->purpose = span_is(u->service, "pam_ssh_agent_auth") ? PURPOSE_PAM : PURPOSE_LOGIN;
	out->user = u->user;
	return -EBADMSG;
}

/*
 * No payload has two of these shapes: a login and a pam request differ in their service; "SSHSIG" and a certificate's
 * name followed by byte 50 or 54 would both be lengths beyond any frame.
 */
int
agentmsg_signed(struct span untrusted_data, const struct agentmsg_key *key, struct agentmsg_signed *out)
{
	struct userauth u;

	memset(out, 0, sizeof(*out));
	out->data = untrusted_data;
	if (login_read(untrusted_data, &u))
		return userauth_signed(out, PURPOSE_LOGIN, &u, key);
	if (pam_read(untrusted_data, &u))
		return userauth_signed(out, PURPOSE_PAM, &u, key);
	if (begins_certificate(untrusted_data))
		return certificate_signed(out, key);
	if (span_starts(untrusted_data, "SSHSIG"))
		return sshsig_signed(out);
	return begins_userauth(untrusted_data, &u) ? userauth_torn(out, &u) : 0;
}

/* The agent takes the first flag where both are set (ssh-agent.c, agent_decode_alg). */
static uint32_t
hash_flag(uint32_t flags)
{
	return flags & AGENTMSG_RSA_SHA2_256 ? AGENTMSG_RSA_SHA2_256 : flags & AGENTMSG_RSA_SHA2_512;
}

bool
agentmsg_hash_fits(const struct agentmsg_signed *s, const struct agentmsg_key *key, uint32_t flags)
{
	struct agentmsg_key named = *key;
	const struct algorithm *a;

	if (!span_is(key->type, "ssh-rsa"))
		return true;
	if (s->purpose == PURPOSE_SSHSIG)
		return hash_flag(flags) != 0;
	if (s->purpose != PURPOSE_LOGIN)
		return true;
	named.certified = s->certified;
	a = algorithm_find(s->algorithm, &named);
	return a != NULL && a->flag == hash_flag(flags);
}

const char *
agentmsg_refusal(int error)
{
	switch (error) {
	case -EKEYREJECTED: return "what is to be signed names another key";
	case -EPROTONOSUPPORT: return "a certificate of a type that this version does not know";
	case -EBADMSG: return "what is to be signed begins like a login, SSHSIG or certificate and is not one";
	default: return "the key is malformed";
	}
}

struct span
agentmsg_login_name(struct span user)
{
	size_t len = 0;

	while (len < user.len && user.p[len] != ':' && user.p[len] != '/')
		len++;
	return (struct span){ user.p, len };
}
