/* SPDX-License-Identifier: ISC */
/*
 * One vault of a connection: its one call, made when it is first asked, and what the person hears of it. A connection
 * has one, or several where its socket serves several vaults (group.h).
 */
#ifndef QSSH_CLIENT_MEMBER_H
#define QSSH_CLIENT_MEMBER_H

#include "base/wire.h"
#include "client/call.h"
#include "client/connection.h"
#include "client/target.h"
#include "ssh/agentmsg.h"

#include <stdbool.h>
#include <stdint.h>

struct member {
	struct connection *connection;
	struct target target;
	struct call call;
	bool called; /* the one call has been made, or given up */
	bool waited; /* the person knows that it takes long */
	bool touched; /* and that a touch may be waited for */
	bool told; /* the terminal has had its sentence */
	bool heard; /* the vault has answered something: dom0 let the call through, and the vault runs */
	int64_t took_ms; /* the last exchange, if the vault had been heard before; else 0 */
	int slot; /* one of those that a vault has (slots.h); -1: none */
	unsigned binds; /* of those that were kept for it: how many it has heard */
	char why[CALL_SENTENCE_SIZE]; /* of the last failure */
	char outcome[CALL_SENTENCE_SIZE]; /* for the history; empty: nothing to say */
};

/* Calls nobody yet. */
void member_open(struct member *m, struct connection *c, const struct target *t);

/* One sentence becomes its outcome: for the journal and the history always, for ssh's terminal once. */
void member_tell(struct member *m, const char *sentence);

/*
 * What the vault answers to a LIST, SIGN or BIND, or FAILURE in its place, until the next call of this for any member.
 * The first time it makes the call. The empty span: ssh is gone.
 */
struct span member_ask(struct member *m, struct span request, const struct agentmsg_request *decoded);

/* The parts of member_ask(), for who has more to say to the vault before (pinned.h). */

/* Makes the call, the first time. 0; -ENOTCONN: it has ended; otherwise as of member_exchange(). */
int member_start(struct member *m, int64_t deadline);

/*
 * One exchange of the call that was made: the answer's length in LIMIT_FRAME bytes; -ECANCELED: ssh is gone;
 * another -errno: the call has ended, and m->why says why.
 */
int member_exchange(struct member *m, struct span request, uint8_t *answer, int64_t deadline);

/* What ssh gets of an exchange's answer, n its result, and what the person hears of it. The empty span: ssh is gone. */
struct span member_result(struct member *m, enum request_kind kind, const uint8_t *answer, int n);

/* Ends the call, if one was made, and writes the history. */
void member_close(struct member *m);

#endif
