/* SPDX-License-Identifier: ISC */
/*
 * A connection whose keys are pinned: what it answers without its vault, and how the vault catches up once a
 * signature is wanted.
 * LIST is answered from the pins, whatever the host; binds with SUCCESS, and kept.
 */
#ifndef QSSH_CLIENT_PINNED_H
#define QSSH_CLIENT_PINNED_H

#include "base/limits.h"
#include "client/member.h"
#include "client/pins.h"
#include "client/replay.h"
#include "ssh/agentmsg.h"

#include <stdbool.h>
#include <stdint.h>

struct pinned {
	struct pins pins;
	struct replay replay;
	uint8_t answer[LIMIT_FRAME];
};

/*
 * Reads the pins of a socket, and begins without binds.
 * False where it has none that can be read: then the vault answers everything. home may be NULL.
 */
bool pinned_open(struct pinned *p, const char *home, const char *socket);

/* The answer to a LIST or BIND, valid until the next call. The empty span: only the vault can answer this request. */
struct span pinned_answer(struct pinned *p, struct span request, const struct agentmsg_request *decoded);

/*
 * What the vault answers, as of member_ask(), valid until the next call. Before that it is told what was answered here
 * in its place. The first time its keys are listed, before the binds, and become the pins, which are those of m's
 * socket; then, and each time, it hears the binds that it has not heard.
 * A SIGN for a key that was pinned and that the vault lists no more fails, and the call goes on. A bind that the vault
 * refuses ends the call.
 */
struct span pinned_ask(struct pinned *p, struct member *m, struct span request, const struct agentmsg_request *decoded);

#endif
