/* SPDX-License-Identifier: ISC */
#include "ssh/signdata.h"

#include "ssh/agentmsg.h"

#include <errno.h>
#include <string.h>

/* SSH_MSG_USERAUTH_REQUEST (RFC 4252), and what pam_ssh_agent_auth puts in its place (userauth_pubkey_from_id.c). */
#define MESSAGE_USERAUTH 50u
#define MESSAGE_TRUST 54u

/* PAM_SSH_AGENT_AUTH_REQUESTv1 (pam_ssh_agent_auth's iterate_ssh_agent_keys.c). */
#define PAM_REQUEST_V1 101u

/* The key that a login or a pam request names, under its algorithm, is the requested one or a certificate over it. */
static int
names_key(struct span blob, struct span algorithm, const struct sshkey *key, bool *certified)
{
	struct sshkey named;
	int error = sshkey_read(blob, &named);

	if (error == -EPROTONOSUPPORT)
		return error;
	*certified = error == 0 && named.certified;
	return error == 0 && sshkey_same(&named, key) && sshkey_has_algorithm(&named, algorithm) ? 0 : -EKEYREJECTED;
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

/* All of a certificate but its signature, and key is its CA's. */
static int
certificate_signed(struct signdata *out, const struct sshkey *key)
{
	struct sshkey authority;
	int error = sshkey_read_unsigned(out->data, &out->subject);

	out->purpose = PURPOSE_CERTIFICATE;
	if (error < 0)
		return error;
	if (sshkey_read(out->subject.cert.authority, &authority) < 0 || authority.certified ||
	    !sshkey_same(&authority, key))
		return -EKEYREJECTED;
	return 0;
}

static int
userauth_signed(struct signdata *out, enum purpose purpose, const struct userauth *u, const struct sshkey *key)
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
sshsig_signed(struct signdata *out)
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
userauth_torn(struct signdata *out, const struct userauth *u)
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
signdata_read(struct span untrusted_data, const struct sshkey *key, struct signdata *out)
{
	struct userauth u;

	memset(out, 0, sizeof(*out));
	out->data = untrusted_data;
	if (login_read(untrusted_data, &u))
		return userauth_signed(out, PURPOSE_LOGIN, &u, key);
	if (pam_read(untrusted_data, &u))
		return userauth_signed(out, PURPOSE_PAM, &u, key);
	if (sshkey_is_certificate(untrusted_data))
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
signdata_hash_fits(const struct signdata *s, const struct sshkey *key, uint32_t flags)
{
	struct sshkey named = *key;
	uint32_t flag;

	if (!span_is(key->type, "ssh-rsa"))
		return true;
	if (s->purpose == PURPOSE_SSHSIG)
		return hash_flag(flags) != 0;
	if (s->purpose != PURPOSE_LOGIN)
		return true;
	named.certified = s->certified;
	flag = sshkey_algorithm_flag(&named, s->algorithm);
	return flag != 0 && flag == hash_flag(flags);
}

const char *
signdata_refusal(int error)
{
	switch (error) {
	case -EKEYREJECTED: return "what is to be signed names another key";
	case -EPROTONOSUPPORT: return "a certificate of a type that this version does not know";
	case -EBADMSG: return "what is to be signed begins like a login, SSHSIG or certificate and is not one";
	default: return "the key is malformed";
	}
}

struct span
signdata_login_name(struct span user)
{
	size_t len = 0;

	while (len < user.len && user.p[len] != ':' && user.p[len] != '/')
		len++;
	return (struct span){ user.p, len };
}
