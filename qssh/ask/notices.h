/* SPDX-License-Identifier: ISC */
/*
 * Notifications on their way: a short queue, delivered by one qssh-notify at a time. Signatures go first, each in its
 * order, and what does not fit is a refusal before it is a signature; it is told as a number. No server, no session
 * bus and a server that hangs cost the notification and nothing else.
 */
#ifndef QSSH_ASK_NOTICES_H
#define QSSH_ASK_NOTICES_H

#include "ask/askmsg.h"
#include "base/limits.h"
#include "sys/child.h"

#include <stdbool.h>
#include <stdint.h>

/* More than these are counted. */
#define NOTICES_MAX 32u

/* A delivery that takes longer is given up. */
#define NOTICES_DELIVERY_MS 6000

enum notice_kind {
	NOTICE_SIGNED,
	NOTICE_OTHER,
	NOTICE_NOW, /* goes before all others: a person is to do something at once */
};

struct notice {
	enum notice_kind kind; /* a signature is of normal urgency, the rest is critical */
	char title[WORDING_DEED];
	char body[WORDING_LINES];
};

struct notices {
	const char *program; /* qssh-notify's path */
	struct notice queue[NOTICES_MAX]; /* the next one first */
	unsigned count;
	unsigned missed[2]; /* did not fit, by kind */
	bool failed; /* the last delivery */
	struct child child;
	int64_t until; /* of the delivery: clock_now() */
};

/* An empty queue. program must outlive it. */
void notices_open(struct notices *n, const char *program);

/* Queues one. Both texts are escaped. */
void notices_add(struct notices *n, enum notice_kind kind, const char *title, const char *body);

/* Does what can be done now: to be called when pidfd is readable, until has come, or something was added. */
void notices_step(struct notices *n);

/* Nothing is queued or under way. */
bool notices_idle(const struct notices *n);

/* Gives the rest up. */
void notices_close(struct notices *n);

#endif
