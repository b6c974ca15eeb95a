/*
 * One question at a time in the whole vault. Who wants to ask takes a ticket, a file in $XDG_RUNTIME_DIR/qssh/questions/ that stays locked by flock(2)
 * for as long as its process lives; the oldest one gets the turn, which is a lock too. Requests of one client about the same share
 * the question of whichever comes to its turn, and its answer, given into their tickets. Nothing waits here: turn_poll() is called now and then.
 */
#ifndef QSSH_ASK_TURN_H
#define QSSH_ASK_TURN_H

#include "base/limits.h"
#include "store/subject.h"

#include <stdint.h>

/* Different questions of one client that may wait, and tickets of one client in all. */
#define TURN_WAITING 4u
#define TURN_TICKETS 64u

/* How often a waiter looks. */
#define TURN_POLL_MS 100

#define TURN_NAME 48u

struct turn {
	int dir; /* the caller's */
	int ticket; /* descriptors; -1: none */
	int lock;
	char name[TURN_NAME]; /* the ticket's */
	char client[LIMIT_QUBE + 1];
	char subject[SUBJECT_HEX];
	unsigned shared; /* tickets of others that this one's question stands for */
	char others[TURN_TICKETS][TURN_NAME];
};

enum turn_state {
	TURN_WAIT,
	TURN_MINE, /* it's this one's turn to ask: others that share the question are in shared and others */
	/* Somebody else asked the same, and what came of it: */
	TURN_NO,
	TURN_YES,
	TURN_TIMEOUT,
};

/* Takes a ticket. 0; -EBUSY: too many of this client are waiting; or -errno. */
int turn_join(struct turn *t, int dir, const char *client, const char subject[SUBJECT_HEX]);

/* How it stands with this ticket, or -errno. */
int turn_poll(struct turn *t);

/* After TURN_MINE: what came of the question, TURN_NO, TURN_YES or TURN_TIMEOUT, for those that share it. */
void turn_answer(struct turn *t, enum turn_state answer);

/* Gives ticket and turn back. */
void turn_leave(struct turn *t);

#endif
