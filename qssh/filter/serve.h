/* SPDX-License-Identifier: ISC */
/*
 * The vault's straight line: one request at a time is read, decoded, and answered by what it is: a LIST (list), a SIGN
 * (sign: described, decided, recorded, forwarded and shown), a session-bind or a query.
 *
 * Whatever comes in, the agent receives nothing but LIST, session-bind and the SIGNs that were allowed.
 */
#ifndef QSSH_FILTER_SERVE_H
#define QSSH_FILTER_SERVE_H

#include "filter/connection.h"

/* Serves until the client's input ends, or nothing more can be read or written. What is owed is answered first. */
void serve_run(struct connection *c);

#endif
