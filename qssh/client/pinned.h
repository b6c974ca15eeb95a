/* SPDX-License-Identifier: ISC */
/*
 * A connection whose keys are pinned: what it answers without its vault, and how the vault catches up once a
 * signature is wanted.
 * LIST is answered from the pins, whatever the host; binds with SUCCESS, and kept.
 */
#ifndef QSSH_CLIENT_PINNED_H
#define QSSH_CLIENT_PINNED_H

#include "base/limits.h"
#include "client/call.h"
#include "client/pins.h"
#include "client/target.h"
#include "ssh/agentmsg.h"

#include <stdbool.h>
#include <stdint.h>

/* All kept binds of a connection together: host certificates have a few KiB. */
#define PINNED_BINDS_SIZE (LIMIT_BINDS * 8192u)

struct pinned {
	struct pins pins;
	unsigned bind_count;
	struct span binds[LIMIT_BINDS]; /* whole requests, in store */
	size_t stored;
	uint8_t store[PINNED_BINDS_SIZE];
	uint8_t answer[LIMIT_FRAME];
};

/*
 * Reads the pins of t's socket.
 * False where it has none that can be read: then the vault answers everything. home may be NULL.
 */
bool pinned_open(struct pinned *p, const char *home, const struct target *t);

/* The answer to a LIST or BIND, valid until the next call. The empty span: only the vault can answer this request. */
struct span pinned_answer(struct pinned *p, struct span request, const struct agentmsg_request *decoded);

/*
 * Tells a call that was just started what it has missed, before request, a SIGN for key, is forwarded: lists its
 * keys, which become the pins; then replays the binds.
 * 0; -ENOKEY with why filled: the key was pinned and the vault lists it no more, so the SIGN fails and the call
 * goes on; -ECANCELED as of call_exchange(); any other -errno with why filled: the call has ended. home and t as
 * for pinned_open().
 */
int pinned_catch_up(struct pinned *p, struct call *c, const struct target *t, const char *home, struct span key,
    int watch, int64_t deadline, char why[CALL_SENTENCE_SIZE]);

#endif
