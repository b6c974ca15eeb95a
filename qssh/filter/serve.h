/* SPDX-License-Identifier: ISC */
/*
 * The vault's straight line: one request at a time is read, decoded, described, decided, recorded, forwarded,
 * answered and shown.
 *
 * Whatever comes in, the agent receives nothing but LIST, session-bind and the SIGNs that were allowed.
 */
#ifndef QSSH_FILTER_SERVE_H
#define QSSH_FILTER_SERVE_H

#include "agents/agentconn.h"
#include "ask/ask.h"
#include "filter/binds.h"
#include "filter/share.h"
#include "rules/rules.h"
#include "store/brake.h"
#include "store/knownhosts.h"
#include "store/record.h"
#include "store/unnamed.h"

struct serve {
	int in, out; /* the client, non-blocking */
	int rate; /* rate.h's file; -1: none */
	const struct brake *brake;
	struct unnamed *seen; /* where host keys without a name are kept; may be closed */
	struct agentconn agent; /* that holds the keys */
	struct agentconn witness; /* whose word a bind is */
	bool agent_waits; /* empty, it may be fed once a person is told */
	bool waited; /* that was waited for on this connection */
	const char *agent_empty; /* what it means, and what to do, where agent holds no key at all */
	const struct rules *rules;
	const char *rules_broken; /* not NULL: everything is refused, and why */
	const struct hosts *hosts;
	struct record *record;
	struct ask *ask; /* may be closed: then nothing is shown, and nobody asked */
	const struct share *share; /* the client's */
	struct span client, arg;
	struct binds binds; /* of this connection */
	uint32_t silent; /* signatures given without a question on this connection */
	unsigned requests; /* read so far */
	bool said_yes; /* a person did, to the last SIGN */
	bool locked; /* the last SIGN was refused by the brake */
	bool listed, signing; /* a LIST was answered, a SIGN was read on this connection */
};

/* Serves until the client's input ends, or nothing more can be read or written. What is owed is answered first. */
void serve_run(struct serve *s);

#endif
