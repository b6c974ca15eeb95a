/* SPDX-License-Identifier: ISC */
/*
 * The agent protocol's messages: requests and answers. Pure: no I/O, no malloc; every span points into the caller's
 * bytes. Sources: RFC 9987 (the agent protocol), OpenSSH PROTOCOL.agent.
 *
 * Exact shape everywhere: a field that does not fit, or a byte left over, and the message is not what it claims to be.
 */
#ifndef QSSH_SSH_AGENTMSG_H
#define QSSH_SSH_AGENTMSG_H

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

#endif
