/* SPDX-License-Identifier: ISC */
#include "ssh/sshkey.h"

#include "ssh/agentmsg.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

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

/* A sequence of strings whose number is a multiple of group, nothing torn. */
static bool
is_sequence(struct span seq, unsigned group)
{
	struct span s;
	size_t n = 0;

	while (span_string(&seq, &s))
		n++;
	return seq.len == 0 && n % group == 0;
}

/* Reads a certificate behind its type name, up to and with the CA's key: all but the signature. */
static void
cert_read(struct wire *w, const struct shape *shape, struct sshkey *out)
{
	struct sshkey_cert *c = &out->cert;

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
plain_read(struct wire *w, struct span type, struct sshkey *out)
{
	const struct shape *shape = shape_of(type);

	out->type = type;
	out->fields = shape == NULL ? wire_raw(w, w->left) : fields_read(w, shape);
	if (type.len == 0 || is_certificate_name(type) || is_alias(type))
		w->bad = true;
}

static bool
is_plain(struct span blob, struct sshkey *out)
{
	struct wire w;

	memset(out, 0, sizeof(*out));
	wire_open(&w, blob);
	plain_read(&w, wire_string(&w), out);
	return wire_done(&w);
}

int
sshkey_read(struct span untrusted_blob, struct sshkey *out)
{
	const struct shape *certificate;
	struct sshkey authority;
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
sshkey_is_certificate(struct span untrusted_blob)
{
	struct wire w;

	wire_open(&w, untrusted_blob);
	return is_certificate_name(wire_string(&w));
}

int
sshkey_read_unsigned(struct span untrusted_cert, struct sshkey *out)
{
	const struct shape *shape;
	struct wire w;

	memset(out, 0, sizeof(*out));
	wire_open(&w, untrusted_cert);
	shape = shape_of_certificate(wire_string(&w));
	if (shape == NULL)
		return -EPROTONOSUPPORT;
	cert_read(&w, shape, out);
	if (wire_done(&w))
		return 0;
	memset(out, 0, sizeof(*out));
	return -EBADMSG;
}

bool
sshkey_is_hardware(const struct sshkey *k)
{
	return span_starts(k->type, "sk-");
}

bool
sshkey_same(const struct sshkey *a, const struct sshkey *b)
{
	return span_eq(a->type, b->type) && span_eq(a->fields, b->fields);
}

void
sshkey_hash(const struct sshkey *k, uint8_t out[SHA256_SIZE])
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

static const struct algorithm *
algorithm_find(struct span name, const struct sshkey *key)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (span_is(name, algorithms[i].name) && span_is(key->type, algorithms[i].type) &&
		    key->certified == algorithms[i].certified)
			return &algorithms[i];
	}
	return NULL;
}

bool
sshkey_has_algorithm(const struct sshkey *key, struct span algorithm)
{
	const struct shape *shape = shape_of(key->type);

	if (shape == NULL)
		return span_eq(algorithm, key->type);
	return span_is(algorithm, key->certified ? shape->certificate : shape->type) ||
	       algorithm_find(algorithm, key) != NULL;
}

uint32_t
sshkey_algorithm_flag(const struct sshkey *key, struct span algorithm)
{
	const struct algorithm *a = algorithm_find(algorithm, key);

	return a == NULL ? 0 : a->flag;
}
