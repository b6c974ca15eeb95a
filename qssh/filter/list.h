/* SPDX-License-Identifier: ISC */
/*
 * A LIST: the agent's own answer, less the keys that no rule could let this client use.
 */
#ifndef QSSH_FILTER_LIST_H
#define QSSH_FILTER_LIST_H

#include "filter/connection.h"

/* Records what it answers. In c->messages, until the next request. */
struct span list_answer(struct connection *c);

#endif
