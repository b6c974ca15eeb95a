/* SPDX-License-Identifier: ISC */
/*
 * A connection to a socket of several vaults (members.h).
 * LIST is answered from the pins of all, and calls nobody; binds are kept for each. A SIGN goes to the first vault
 * for which the key is pinned, and to no other: that vault is called, lists its keys, which become its pins, and hears
 * the binds before. What becomes of one vault's call costs the others nothing.
 */
#ifndef QSSH_CLIENT_GROUP_H
#define QSSH_CLIENT_GROUP_H

#include "base/wire.h"
#include "client/connection.h"
#include "client/member.h"
#include "client/members.h"
#include "client/pinned.h"
#include "ssh/agentmsg.h"

#include <stdint.h>

struct group {
	struct member *self; /* what is told of no vault in particular */
	struct members list;
	unsigned count;
	struct member members[MEMBERS_MAX];
	struct pinned pinned; /* the pins of the member in question, and the binds, which are for all */
	uint8_t answer[LIMIT_FRAME];
};

/*
 * Opens the members of c's socket. self is the connection's own.
 * 0; -ENOENT: it is a socket of one vault; another -errno: the members can't be read.
 */
int group_open(struct group *g, struct connection *c, struct member *self);

/* The answer to a LIST, SIGN or BIND, valid until the next call. The empty span: ssh is gone. */
struct span group_answer(struct group *g, struct span request, const struct agentmsg_request *decoded);

/* The keys that are pinned for the members, as a LIST answer in buf: in their order, each key once. */
struct span group_list(const struct members *m, const char *home, uint8_t buf[LIMIT_FRAME]);

/* Ends the calls, and writes the history of each. */
void group_close(struct group *g);

#endif
