/* SPDX-License-Identifier: ISC */
/*
 * One question at a time in the whole vault, in a queue that is fair by client: the next turn is that of the client
 * whose last one is longest ago, and of its requests the oldest. So no client holds the place while others wait,
 * whatever it asks and takes back.
 *
 * Who wants to ask takes a ticket, a file in $XDG_RUNTIME_DIR/qssh/questions/ that stays locked by flock(2) for as
 * long as its process lives. The turn is a lock too; its file tells which clients had one, and in which order.
 * Requests of one client about the same share the question of whichever comes to its turn, and its answer, given into
 * their tickets. Nothing waits here: queue_poll_once() is called now and then.
 */
#ifndef QSSH_ASK_QUEUE_H
#define QSSH_ASK_QUEUE_H

#include "base/limits.h"
#include "store/subject.h"

#include <stdint.h>

/* Different questions of one client that may wait, and tickets of one client in all. */
#define QUEUE_WAITING 4u
#define QUEUE_TICKETS 64u

/* How often a waiter looks. */
#define QUEUE_POLL_MS 100

#define QUEUE_NAME 48u

/* Clients whose last turn is remembered. */
#define QUEUE_CLIENTS 64u

struct queue {
	int dir; /* the caller's */
	int ticket; /* descriptors; -1: none */
	int lock;
	char name[QUEUE_NAME]; /* the ticket's */
	char client[LIMIT_QUBE + 1];
	char subject[SUBJECT_HEX];
	unsigned shared; /* tickets of others that this one's question stands for */
	char others[QUEUE_TICKETS][QUEUE_NAME];
};

enum queue_state {
	QUEUE_WAIT,
	QUEUE_MINE, /* it's this one's turn to ask: others that share the question are in shared and others */
	/* Somebody else asked the same, and what came of it: */
	QUEUE_NO,
	QUEUE_YES,
	QUEUE_TIMEOUT,
};

/* Takes a ticket. 0; -EBUSY: too many of this client are waiting; or -errno. */
int queue_join(struct queue *t, int dir, const char *client, const char subject[SUBJECT_HEX]);

/* How it stands with this ticket, or -errno. */
int queue_poll_once(struct queue *t);

/* After QUEUE_MINE: what came of the question, QUEUE_NO, QUEUE_YES or QUEUE_TIMEOUT, for those that share it. */
void queue_answer(struct queue *t, enum queue_state answer);

/* Gives ticket and turn back. */
void queue_leave(struct queue *t);

#endif
