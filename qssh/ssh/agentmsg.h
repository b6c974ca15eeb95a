/* SPDX-License-Identifier: ISC */
/*
 * The agent protocol's messages: requests, identity lists, signed payloads, keys and certificates. Pure: no I/O, no
 * malloc; every span points into the caller's bytes. Sources: RFC 9987 (the agent protocol), OpenSSH PROTOCOL.agent,
 * PROTOCOL.sshsig, PROTOCOL.certkeys, PROTOCOL section 3.1 (publickey-hostbound), RFC 4252 section 7.
 *
 * Exact shape everywhere: a field that does not fit, or a byte left over, and the message is not what it claims to be.
 */
#ifndef QSSH_SSH_AGENTMSG_H
#define QSSH_SSH_AGENTMSG_H

#include "base/sha256.h"
#include "base/wire.h"

#include <stdbool.h>
#include <stdint.h>

enum agentmsg_type {
	AGENTMSG_FAILURE = 5,
	AGENTMSG_SUCCESS = 6,
	AGENTMSG_SSH1_REMOVE_ALL = 9,
	AGENTMSG_LIST = 11,
	AGENTMSG_LIST_ANSWER = 12,
	AGENTMSG_SIGN = 13,
	AGENTMSG_SIGN_ANSWER = 14,
	AGENTMSG_ADD = 17,
	AGENTMSG_REMOVE = 18,
	AGENTMSG_REMOVE_ALL = 19,
	AGENTMSG_SMARTCARD_ADD = 20,
	AGENTMSG_SMARTCARD_REMOVE = 21,
	AGENTMSG_LOCK = 22,
	AGENTMSG_UNLOCK = 23,
	AGENTMSG_ADD_CONSTRAINED = 25,
	AGENTMSG_SMARTCARD_ADD_CONSTRAINED = 26,
	AGENTMSG_EXTENSION = 27,
	AGENTMSG_EXTENSION_FAILURE = 28,
	AGENTMSG_EXTENSION_ANSWER = 29,
};

/* Flags of a SIGN request (RFC 9987): the hash of an RSA signature. No other bit is known. */
#define AGENTMSG_RSA_SHA2_256 2u
#define AGENTMSG_RSA_SHA2_512 4u

enum request_kind {
	REQUEST_BAD, /* a LIST, SIGN or extension whose bytes do not have the shape */
	REQUEST_OTHER, /* any other message: add, remove, lock, smartcard, SSH1, unknown */
	REQUEST_LIST,
	REQUEST_SIGN,
	REQUEST_BIND, /* session-bind@openssh.com */
	REQUEST_QUERY,
};

struct agentmsg_sign {
	struct span key;
	struct span data;
	uint32_t flags;
};

struct agentmsg_bind {
	struct span hostkey;
	struct span session_id; /* 1 to LIMIT_SESSION_ID bytes */
	struct span signature;
	bool forwarding;
};

struct agentmsg_request {
	enum request_kind kind;
	uint8_t type; /* the message's own number; 0 for an empty body */
	struct agentmsg_sign sign;
	struct agentmsg_bind bind;
};

/*
 * Decodes one request: body is a frame without its length. A SIGN with an unknown flag, or with no key, is
 * REQUEST_BAD; so is an empty body.
 */
void agentmsg_request(struct span untrusted_body, struct agentmsg_request *out);

/* What a certificate says of itself (PROTOCOL.certkeys). Nothing here is verified. */
struct agentmsg_cert {
	uint64_t serial;
	uint32_t type; /* 1 user, 2 host */
	struct span id;
	struct span principals; /* a sequence of strings; agentmsg_next() walks it */
	uint64_t valid_after; /* seconds since 1970 */
	uint64_t valid_before; /* the first second after its life; UINT64_MAX: for ever */
	struct span critical; /* options and extensions: sequences of (string name, string data) */
	struct span extensions;
	struct span authority; /* the CA's public key blob, a plain key */
};

/* A public key, plain or inside a certificate. The plain key's blob is string type followed by fields. */
struct agentmsg_key {
	struct span type; /* the plain type's name, "ssh-ed25519" also for its certificate */
	struct span fields;
	bool certified;
	struct agentmsg_cert cert; /* where certified */
};

/*
 * Decodes a public key blob.
 * Known types: ssh-ed25519, ssh-rsa, ssh-dss, ecdsa-sha2-nistp{256,384,521}, sk-ssh-ed25519@openssh.com,
 * sk-ecdsa-sha2-nistp256@openssh.com, ssh-mldsa44-ed25519@openssh.com (OpenSSH 10.4 and 10.5), ssh-mldsa44-ed25519
 * (from 10.6 on), and the certificate of each.
 * A plain blob of any other type is a key too: its fields are everything behind the name.
 * 0; -EINVAL, malformed; -EPROTONOSUPPORT, a certificate of an unknown type, in which the key can't be found.
 *
 * One key has one encoding here, so that it has one hash. OpenSSH's agent reads more, which are not keys here: mpints
 * with leading zero bytes, and other names for some types (rsa, rsa-sha2-512).
 */
int agentmsg_key(struct span untrusted_blob, struct agentmsg_key *out);

/* It is in a security key (FIDO), as its type's name says: a signature may want a touch. */
bool agentmsg_key_is_hardware(const struct agentmsg_key *k);

/* The same plain key, certificates aside. */
bool agentmsg_key_same(const struct agentmsg_key *a, const struct agentmsg_key *b);

/* SHA-256 of the plain key's blob: what `ssh-keygen -l` prints, for a certificate too. */
void agentmsg_key_hash(const struct agentmsg_key *k, uint8_t out[SHA256_SIZE]);

/*
 * Takes the next string off a sequence of strings. False at its end and where it is torn; *seq is then empty or torn
 * as it was.
 */
bool agentmsg_next(struct span *seq, struct span *out);

/* What a LIST answer holds. */
struct agentmsg_identities {
	uint32_t count;
	struct wire at;
};

struct agentmsg_identity {
	struct span blob; /* as the agent gave it */
	struct span comment;
};

/*
 * Opens the body of a LIST answer, type byte included, after checking the whole of it: exact shape, count <=
 * LIMIT_IDENTITIES. 0 or -EBADMSG.
 */
int agentmsg_identities(struct span untrusted_body, struct agentmsg_identities *out);

/* The next identity; false after the last. */
bool agentmsg_identity_next(struct agentmsg_identities *l, struct agentmsg_identity *out);

/* SSH_AGENT_FAILURE, the whole body: a request is refused, or could not be done. */
struct span agentmsg_failure(void);

/* Writes the answer to `query` into buf: the extensions that a vault knows, itself and session-bind@openssh.com. */
void agentmsg_query_answer(struct wire_out *out, void *buf, size_t size);

/* The body of a SIGN answer has its shape: type 14, one string, nothing left over. */
bool agentmsg_is_signature(struct span untrusted_body);

enum purpose {
	PURPOSE_OPAQUE, /* unknown bytes */
	PURPOSE_LOGIN, /* an SSH login by a key: the message's boolean may be any byte but 0, as some servers have it */
	PURPOSE_SSHSIG, /* ssh-keygen -Y sign, git */
	PURPOSE_CERTIFICATE, /* a certificate is issued */
	PURPOSE_PAM, /* pam_ssh_agent_auth */
};

/* What a SIGN asks to sign. Fields that a purpose does not have are empty. */
struct agentmsg_signed {
	enum purpose purpose;
	bool hostbound; /* login: by publickey-hostbound-v00@openssh.com */
	struct span session_id; /* login */
	struct span user; /* login, pam */
	struct span algorithm; /* login, pam */
	bool certified; /* login, pam: by a certificate over the key */
	struct span hostkey; /* login, hostbound */
	struct span ns; /* SSHSIG: the namespace */
	struct span hash; /* SSHSIG: the hash algorithm's name, unchecked */
	struct agentmsg_key subject; /* certificate: the key that is certified, and the certificate */
	struct span data; /* all of it */
};

/*
 * Decodes what is to be signed with key. 0, or an error: it is then to be refused, never opaque, and purpose is set.
 * -EKEYREJECTED: a login, pam request or certificate of another key than the requested one (or a certificate over it),
 * or with an algorithm that is not that key's.
 * -EPROTONOSUPPORT: a certificate of an unknown type, named or to be issued.
 * -EBADMSG: it begins like a login, a pam request, an SSHSIG or a certificate and is not exactly one, or a name in it
 * holds a control byte.
 */
int agentmsg_signed(struct span untrusted_data, const struct agentmsg_key *key, struct agentmsg_signed *out);

/*
 * The flags of a SIGN give the signature that is spoken of. False for an RSA key where a login names another hash
 * than the flags, and for SHA-1 in a login or an SSHSIG: who can make collisions has another payload for such a
 * signature.
 */
bool agentmsg_hash_fits(const struct agentmsg_signed *s, const struct agentmsg_key *key, uint32_t flags);

/* An error of agentmsg_key() or agentmsg_signed() in our own words, for the record. */
const char *agentmsg_refusal(int error);

/*
 * The name by which sshd looks a login's user up: what stands before the first ':' (a style: auth2.c,
 * input_userauth_request) or '/' (a role, in Debian's and Fedora's sshd). The signature is over the whole of it.
 */
struct span agentmsg_login_name(struct span user);

#endif
