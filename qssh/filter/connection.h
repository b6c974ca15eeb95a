/* SPDX-License-Identifier: ISC */
/*
 * One connection of a client's: who it is, what it may use, and what is known of it so far. Everything is opened before
 * the first untrusted byte.
 */
#ifndef QSSH_FILTER_CONNECTION_H
#define QSSH_FILTER_CONNECTION_H

#include "agents/agentconn.h"
#include "ask/ask.h"
#include "base/limits.h"
#include "filter/binds.h"
#include "filter/share.h"
#include "rules/listing.h"
#include "rules/rules.h"
#include "store/brake.h"
#include "store/knownhosts.h"
#include "store/record.h"
#include "store/unnamed.h"

/* The two large messages in flight, and the agent's own list. */
struct messages {
	uint8_t request[LIMIT_FRAME];
	uint8_t answer[LIMIT_FRAME];
	uint8_t list[LIMIT_FRAME];
	size_t list_len;
	int64_t list_until; /* it is taken for what the agent holds until then (clock_deadline()) */
	struct rules_list here,
	    anywhere; /* the keys that the rules show on this connection, and would show with any host */
};

struct connection {
	int in, out; /* the client, non-blocking */
	int rate; /* rate.h's file; -1: none */
	const struct brake *brake;
	struct unnamed *unnamed; /* where host keys without a name are kept; may be closed */
	struct agentconn agent; /* that holds the keys */
	struct agentconn witness; /* whose word a bind is */
	bool agent_waits; /* empty, it may be fed once a person is told: at most once a connection */
	const char *agent_empty; /* what it means, and what to do, where agent holds no key at all */
	const struct rules *rules;
	const char *rules_broken; /* not NULL: everything is refused, and why */
	const struct hosts *hosts;
	struct record *record;
	struct ask *ask; /* may be closed: then nothing is shown, and nobody asked */
	const struct share *share; /* the client's */
	struct span client, arg;
	struct messages *messages; /* serve_run()'s */
	struct binds binds;
	uint32_t silent; /* signatures given without a question */
	unsigned requests; /* read so far */
	bool told_empty; /* a person was, that the agent is empty, and it was waited for */
	bool said_yes; /* a person did, to the last SIGN */
	bool locked; /* the last SIGN was refused by the brake */
	bool listed, signing; /* a LIST was answered, a SIGN was read */
};

/* The vault's clock: seconds since 1970. */
uint64_t connection_now(void);

/* What is known of any request: who asks, and whether the agent is said to be forwarded. */
struct facts connection_facts(const struct connection *c);

/* Adds a key, with the agent's comment for it. */
void connection_take_key(struct facts *f, const struct sshkey *key, struct span comment);

/*
 * Host keys that this vault can't name are kept, for its owner to name them: the bound one, and the first on the way;
 * those behind it may be made up.
 */
void connection_keep_unnamed(struct connection *c, const struct facts *f);

#endif
