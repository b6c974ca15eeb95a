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
#include "ssh/sshkey.h"
#include "store/knownhosts.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A host key or its certificate: an RSA key of 16384 bits is 2 KiB, a certificate with 256 principals of 30 bytes
 * 9 KiB. A longer one proves nothing.
 */
#define BINDS_KEY_MAX (16u * 1024u)

/* The host keys of all hops of one connection. What does not fit is a hop that is not proven. */
#define BINDS_HOPS_SIZE (4u * BINDS_KEY_MAX)

struct binds_hop {
	size_t at, len;
};

struct binds {
	unsigned count; /* asked for on this connection, refused ones too */
	bool forwarded; /* one said that it was forwarding, accepted or not */
	bool broken; /* one was not accepted, or came behind one that was not forwarding: the way is not whole */
	bool valid; /* the last new one was accepted; what follows is about it */
	bool forwarding;
	size_t session_id_len, hostkey_len;
	uint8_t session_id[LIMIT_SESSION_ID];
	uint8_t hostkey[BINDS_KEY_MAX];
	unsigned accepted; /* as many of seen are filled */
	uint8_t seen[LIMIT_BINDS][SHA256_SIZE];
	unsigned hop_count; /* accepted ones that were forwarding, in their order */
	size_t hops_len;
	struct binds_hop hop[LIMIT_BINDS];
	uint8_t hops[BINDS_HOPS_SIZE];
};

/*
 * Takes note of a bind and whether the witness accepted it.
 * A repeat of an accepted one changes nothing, whatever its flag or the witness's word.
 * Any other that is not accepted leaves nothing valid.
 */
void binds_add(struct binds *b, const struct agentmsg_bind *bind, bool accepted);

/* What may have been a bind was refused without a look. forwarding: it said so. */
void binds_spoil(struct binds *b, bool forwarding);

/*
 * Whether a forwarding bind preceded. YES is for good, since a host that the agent was forwarded to may send binds that
 * nobody accepts; NO is known only where the last bind was accepted.
 */
enum tri binds_forwarded(const struct binds *b);

/* The host key of the last bind, where that was accepted and is not forwarding. It borrows from *b. 0 or -ENOENT. */
int binds_hostkey(const struct binds *b, struct sshkey *key);

/*
 * The hosts that what was forwarded came by, for f->hops, hop_count and way_whole. The names borrow from *b and hosts.
 * *revoked is set where one's key is revoked, and is left alone otherwise.
 */
void binds_way(const struct binds *b, const struct hosts *hosts, uint64_t now, struct facts *f, bool *revoked);

/* The host key of hop i < hop_count. It borrows from *b. 0, since what is kept was read before. */
int binds_hop(const struct binds *b, unsigned i, struct sshkey *key);

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
