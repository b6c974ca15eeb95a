/* SPDX-License-Identifier: ISC */
/*
 * The agents behind the filter: the one that holds the keys, and the witness.
 * Found, or started where they are ours and do not run yet.
 * One connection to each for a whole call, so that what is bound to it stays bound.
 *
 * An agent of ours is OpenSSH's ssh-agent, at runtime_dir/qssh/agents/NAME, started by qssh-load(8) with the keys
 * of ~/.ssh/identities.d/NAME.
 */
#ifndef QSSH_AGENTS_AGENTS_H
#define QSSH_AGENTS_AGENTS_H

#include "base/wire.h"

#include <stdbool.h>

#define AGENTS_WORDS 320u

struct agents_places {
	const char *home; /* may be NULL */
	const char *runtime_dir; /* NULL: no agent of ours, nor of the distributions' */
	const char *auth_sock; /* SSH_AUTH_SOCK; may be NULL */
	bool look; /* only look: nothing is started */
};

struct agents {
	int keys; /* -1: none */
	int witness; /* -1: none */
	char missing[AGENTS_WORDS]; /* why there is none, and what to do, in our own words */
	char empty[AGENTS_WORDS]; /* what to do where it holds no keys */
	bool waits; /* empty, it is locked perhaps, or not fed yet: a person who is told may mend it */
	bool ours; /* it is one that qssh starts */
};

/*
 * Opens agent name, a checked one, and the witness.
 * The agent is the first of these:
 *
 * 1. the one at directive, the path that the rules give (empty: none; a leading ~/ is home), and then no other; 2.
 * ours, where ~/.ssh/identities.d/NAME is there, or where it runs already, or, for `default`, where auth_sock
 * names its socket; 3. for `default` alone: the one at auth_sock, then those of agentsockets_automatic, that can
 * be reached.
 * It stays so
 *    for as long as the session lasts once it held keys (fed.h), and where ~/.ssh has none of its own;
 * 4. for `default` alone: ours, with the keys of ~/.ssh.
 *
 * So a vault where nobody set up a directory of keys keeps the agent that its session has, if ssh-add or KeePassXC
 * feeds it, and one where nobody set up anything serves ~/.ssh/id_*. A socket that is qssh's own client side is
 * never taken, lest a qube that is both calls itself in circles.
 *
 * Ours is started when it does not run, and waited for until its keys are loaded: LIMIT_START_MS at most.
 * Everything else waits 5 s at most.
 */
void agents_open(struct agents *a, const struct agents_places *places, const char *name, struct span directive);

#endif
