/* SPDX-License-Identifier: ISC */
/*
 * The session binds of one connection, and what they prove of a login's host.
 * Sources: OpenSSH PROTOCOL.agent section 1 and ssh-agent.c (process_ext_session_bind); the four words are
 * qssh-rules(5)'s.
 * No I/O, no malloc; what it keeps are copies.
 */
#ifndef QSSH_FILTER_BINDS_H
#define QSSH_FILTER_BINDS_H

#include "base/limits.h"
#include "rules/rules.h"
#include "ssh/agentmsg.h"
#include "store/knownhosts.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A host key or its certificate: an RSA key of 16384 bits is 2 KiB, a certificate with 256 principals of 30 bytes
 * 9 KiB. A longer one proves nothing.
 */
#define BINDS_KEY_MAX (16u * 1024u)

struct binds {
	unsigned count; /* asked for on this connection, refused ones too */
	bool forwarded; /* an accepted one was forwarding */
	bool valid; /* the last new one was accepted; what follows is about it */
	bool forwarding;
	size_t session_id_len, hostkey_len;
	uint8_t session_id[LIMIT_SESSION_ID];
	uint8_t hostkey[BINDS_KEY_MAX];
	unsigned accepted; /* as many of seen are filled */
	uint8_t seen[LIMIT_BINDS][SHA256_SIZE];
};

/*
 * Takes note of a bind and whether the witness accepted it.
 * A repeat of an accepted one changes nothing, whatever its flag or the witness's word.
 * Any other that is not accepted leaves nothing valid.
 */
void binds_add(struct binds *b, const struct agentmsg_bind *bind, bool accepted);

/* Whether a forwarding bind preceded: known only where the last bind was accepted. */
enum tri binds_forwarded(const struct binds *b);

/* The host key of the last bind, where that was accepted and is not forwarding. It borrows from *b. 0 or -ENOENT. */
int binds_hostkey(const struct binds *b, struct agentmsg_key *key);

/*
 * The host that the connection is bound to, for the keys to list: PROVEN with its names, UNNAMED, or UNKNOWN where
 * there is no valid bind or it is forwarding.
 * Fills host, names and host_hash of f, and sets *revoked. now is seconds since 1970.
 */
void binds_host(const struct binds *b, const struct hosts *hosts, uint64_t now, struct facts *f, bool *revoked);

/*
 * The same for the login in f->what: it must also be over the bound session, and name the bound host key if it
 * names one.
 */
void binds_login(const struct binds *b, const struct hosts *hosts, uint64_t now, struct facts *f, bool *revoked);

#endif
