/* SPDX-License-Identifier: ISC */
/* A connection to an ssh-agent, and one request on it. Which agent that is: agents.h. */
#ifndef QSSH_AGENTS_AGENTCONN_H
#define QSSH_AGENTS_AGENTCONN_H

#include "base/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* The agent of ours that has no keys and whose word a bind is. */
#define AGENT_WITNESS "witness"

/* The agent that is meant where the client gives no argument. */
#define AGENT_DEFAULT "default"

/*
 * Connects to the agent that listens at path, an absolute one; whoever listens must be of our uid or root.
 * The descriptor, non-blocking and close-on-exec, or -errno: -ENOENT and -ECONNREFUSED: there is none.
 * Waits 5 s at most.
 */
int agent_connect_path(const char *path);

/*
 * One request and its answer's body in answer (LIMIT_FRAME bytes).
 * Its length; -EPIPE where the agent closed, -EMSGSIZE where it talks garbage, -ECANCELED where the peer of watch
 * hung up (frame.h), -ETIMEDOUT, or -errno.
 */
int agent_exchange(int fd, int watch, struct span request, uint8_t *answer, int64_t deadline);

/* The two halves of it, for two agents at the same time; the first gives 0 or such an error. */
int agent_tell(int fd, int watch, struct span request, int64_t deadline);
int agent_hear(int fd, int watch, uint8_t *answer, int64_t deadline);

/*
 * A connection that is used until it fails once. A closed or confused agent is not asked again: what it would say next
 * may be the answer to something else.
 */
struct agentconn {
	int fd; /* -1: none, or lost */
	int watch; /* whose peer must stay; -1: none */
	const char *missing; /* why fd is -1, in our own words */
};

/* A request, and then its answer, empty where there is none: a is lost. Waits until deadline at most. */
void agentconn_tell(struct agentconn *a, struct span request, int64_t deadline);
struct span agentconn_hear(struct agentconn *a, uint8_t *answer, int64_t deadline);

/* The answer has not begun after so long; where it has, or the agent or the client is gone, agentconn_hear() tells. */
bool agentconn_is_slow(const struct agentconn *a, int ms);

/* Both. */
struct span agentconn_ask(struct agentconn *a, struct span request, uint8_t *answer, int64_t deadline);

/* How many keys the agent holds, or -errno as agent_exchange(): then it can't be asked any more. */
int agent_count(int fd, int64_t deadline);

#endif
