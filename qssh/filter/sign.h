/* SPDX-License-Identifier: ISC */
/*
 * A SIGN: what is signed and for which host is found, then it is decided, asked about, recorded, forwarded and shown.
 */
#ifndef QSSH_FILTER_SIGN_H
#define QSSH_FILTER_SIGN_H

#include "filter/connection.h"

/* request: the SIGN as it came, which the agent receives if it is allowed. In c->messages, until the next request. */
struct span sign_answer(struct connection *c, const struct agentmsg_sign *sign, struct span request);

#endif
