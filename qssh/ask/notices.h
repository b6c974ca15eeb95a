/*
 * Notifications on their way: a short queue, delivered in order by one qssh-notify at a time. No server, no session bus and a server that hangs
 * cost the notification and nothing else.
 */
#ifndef QSSH_ASK_NOTICES_H
#define QSSH_ASK_NOTICES_H

#include "ask/askmsg.h"
#include "base/limits.h"
#include "sys/child.h"

#include <stdbool.h>
#include <stdint.h>

/* More than these are counted, and told as a number. */
#define NOTICES_MAX 16u

/* A delivery that takes longer is given up. */
#define NOTICES_DELIVERY_MS 6000

struct notice {
	bool urgent;
	char title[LIMIT_QUBE + 1];
	char body[LIMIT_SENTENCE + ASKMSG_WORDS + 32];
};

struct notices {
	const char *program; /* qssh-notify's path */
	struct notice queue[NOTICES_MAX];
	unsigned first, count;
	unsigned missed; /* did not fit */
	bool failed; /* the last delivery */
	struct child child;
	int64_t until; /* of the delivery: CLOCK_MONOTONIC milliseconds */
};

/* An empty queue. program must outlive it. */
void notices_open(struct notices *n, const char *program);

/* Queues one. Both texts are escaped. */
void notices_add(struct notices *n, bool urgent, const char *title, const char *body);

/* Does what can be done now: to be called when pidfd is readable, until has come, or something was added. */
void notices_step(struct notices *n);

/* Nothing is queued or under way. */
bool notices_idle(const struct notices *n);

/* Gives the rest up. */
void notices_close(struct notices *n);

#endif
