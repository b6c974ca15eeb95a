/* SPDX-License-Identifier: ISC */
/*
 * The keys that the agent of a connection holds, by its own word.
 */
#ifndef QSSH_FILTER_AGENTLIST_H
#define QSSH_FILTER_AGENTLIST_H

#include "filter/connection.h"

/*
 * Asks the agent. Where it holds no key, and a person can be told to unlock what feeds it, waits for that once a
 * connection, up to LIMIT_UNLOCK_MS. *all is in c->messages->list.
 * 0, or -EBADMSG where there is no list.
 */
int agentlist_ask(struct connection *c, struct agentmsg_identities *all);

/*
 * The agent's own comment for the key, in c->messages->list; false where the agent does not hold it.
 * It is asked, unless it has said so within LIMIT_LIST_MS: what an agent that is gone has said counts no more, or a
 * person would be asked for a signature that nobody can make.
 */
bool agentlist_comment(struct connection *c, struct span blob, struct span *comment);

#endif
