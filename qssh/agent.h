/*
 * The real ssh-agent behind the filter: which socket it is, and one request on it. One connection for a whole call, so that what is bound
 * to it stays bound.
 */
#ifndef QSSH_AGENT_H
#define QSSH_AGENT_H

#include "wire.h"

#include <stdbool.h>
#include <stdint.h>

/* The agent of ours that has no keys and whose word a bind is. */
#define AGENT_WITNESS "witness"

/* The agent that is meant where the client gives no argument. */
#define AGENT_DEFAULT "default"

/* Where agents are looked for. */
struct agent_places {
	const char *home; /* for a leading ~/ of path; may be NULL */
	const char *runtime_dir; /* may be NULL */
	const char *auth_sock; /* SSH_AUTH_SOCK; may be NULL */
};

/*
 * Connects to agent NAME: at path, where the rules name one (not empty; a leading ~/ is home), and nowhere else; else at runtime_dir/qssh/agents/NAME; else, for
 * `default` alone, at auth_sock and then at the automatic sockets (sockets.h). Whoever listens must be of our uid or root.
 * The descriptor, non-blocking and close-on-exec, or -errno; -ENOENT: there is none. Waits 5 s at most.
 */
int agent_connect(const struct agent_places *places, const char *name, struct span path);

/*
 * One request and its answer's body in answer (LIMIT_FRAME bytes). Its length; -EPIPE where the agent closed, -EMSGSIZE where it talks garbage, -ECANCELED where
 * the peer of watch hung up (frame.h), -ETIMEDOUT, or -errno.
 */
int agent_exchange(int fd, int watch, struct span request, uint8_t *answer, int64_t deadline);

#endif
